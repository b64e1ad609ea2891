// SPDX-License-Identifier: MIT
// The checksum keeps damage out of the safetensors reader; it must not keep the fuzzer out as well.
#pragma once

#include <asysvd/io/detail/safetensors_file.hpp>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace asysvd::fuzz {

/// The file with a checksum that fits the rest of it, as somebody would make it who means harm; as it is, if it has no
/// header to write one into.
[[nodiscard]] inline std::string sealed(std::string_view file) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) return std::string(file);
  std::memcpy(&length, file.data(), sizeof length);
  if (length > file.size() - sizeof length) return std::string(file);
  auto header = nlohmann::json::parse(file.substr(sizeof length, length), nullptr, false);
  if (!header.is_object() || !header.contains("__metadata__") || !header["__metadata__"].is_object()) {
    return std::string(file);
  }
  const auto data = file.substr(sizeof length + length);
  std::string text;
  try {
    auto checksum = detail::checksum_of_header(header);
    checksum.add(data);
    header["__metadata__"]["checksum"] = detail::to_text(checksum.value());
    text = header.dump();
  } catch (const nlohmann::json::exception&) {  // text that is not UTF-8
    return std::string(file);
  }
  length = text.size();
  std::string whole(sizeof length, '\0');
  std::memcpy(whole.data(), &length, sizeof length);
  return whole.append(text).append(data);
}

[[nodiscard]] inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace asysvd::fuzz
