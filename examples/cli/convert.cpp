// SPDX-License-Identifier: MIT
#include <asysvd/io/ratings.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "commands.hpp"
#include "files.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

struct Convert {
  RatingsOption ratings;
  JsonOption json;
  std::string path;

  void run() const {
    const auto data = ratings.read();
    asysvd::save_ratings(data, path);
    const auto bytes = std::filesystem::file_size(path);
    std::printf("%lld ratings of %lld items by %lld users, %.1f MiB in %s\n",
                static_cast<long long>(data.ratings.nonzeros()), static_cast<long long>(data.items.size()),
                static_cast<long long>(data.users.size()), static_cast<double>(bytes) / (1024 * 1024), path.c_str());
    json.write({{"users", data.users.size()},
                {"items", data.items.size()},
                {"ratings", data.ratings.nonzeros()},
                {"duplicates", data.duplicates},
                {"bytes", bytes}});
  }
};

}  // namespace

void add_convert(CLI::App& program) {
  auto& command = *program.add_subcommand("convert", "Brings ratings into a form that opens in milliseconds");
  const auto convert = std::make_shared<Convert>();
  convert->ratings.add_to(command);
  convert->ratings.add_threads_to(command);
  add_output(command, "--to", convert->path, "safetensors file to write, which --ratings takes")->required();
  convert->json.add_to(command);
  command.callback([convert] { convert->run(); });
}

}  // namespace cli
