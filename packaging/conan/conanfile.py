# SPDX-License-Identifier: MIT
"""Conan 2: conan create packaging/conan --build=missing"""
import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Asysvd(ConanFile):
    name = "asysvd"
    version = "0.1.0"
    description = "Asymmetric SVD recommender: a header-only C++20 library on Eigen"
    license = "MIT"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"safetensors": [True, False]}
    default_options = {"safetensors": True}
    no_copy_source = True

    def export_sources(self):
        for pattern in ("LICENSE", "include/*"):
            copy(self, pattern, src=ROOT, dst=self.export_sources_folder)

    def requirements(self):
        self.requires("eigen/[>=3.4.0 <6]")
        if self.options.safetensors:
            self.requires("nlohmann_json/[>=3.10 <4]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "*.hpp", src=os.path.join(self.source_folder, "include"),
             dst=os.path.join(self.package_folder, "include"))
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "asysvd")
        core = self.cpp_info.components["asysvd"]
        core.set_property("cmake_target_name", "asysvd::asysvd")
        core.set_property("pkg_config_name", "asysvd")
        core.requires = ["eigen::eigen"]
        core.bindirs = core.libdirs = []
        if self.settings.get_safe("os") in ("Linux", "FreeBSD"):
            core.system_libs = ["pthread"]
        if self.options.safetensors:
            files = self.cpp_info.components["safetensors"]
            files.set_property("cmake_target_name", "asysvd::safetensors")
            files.set_property("pkg_config_name", "asysvd-safetensors")
            files.requires = ["asysvd", "nlohmann_json::nlohmann_json"]
            files.bindirs = files.libdirs = []
