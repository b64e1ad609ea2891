// SPDX-License-Identifier: MIT
#include <asysvd/data/synthetic.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>

#include "choice.hpp"
#include "commands.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

using Shape = asysvd::SyntheticOptions (*)();

struct Generate {
  Shape shape = &asysvd::movielens_100k;
  std::uint64_t seed = asysvd::SyntheticOptions{}.seed;
  std::string path;

  void run() const {
    auto options = shape();
    options.seed = seed;
    const auto data = asysvd::synthetic(options);
    OutputFile file(path);
    file.write("user,item,rating\n");
    for (asysvd::Size user = 0; user < data.ratings.rows(); ++user) {
      const auto profile = data.ratings.row(user);
      std::ostringstream lines;
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        lines << user + 1 << ',' << profile.items[t] + 1 << ',' << profile.ratings[t] << '\n';
      }
      file.write(lines.str());
    }
    file.commit();
    std::printf("%lld ratings by %lld users of %lld items; no predictor can have a smaller RMSE than about %.4f\n",
                static_cast<long long>(data.ratings.nonzeros()), static_cast<long long>(data.ratings.rows()),
                static_cast<long long>(data.ratings.cols()), data.error_floor);
  }
};

}  // namespace

void add_generate(CLI::App& program) {
  auto& command = *program.add_subcommand("generate", "Ratings in the shape of a published set, made up from a seed");
  const auto generate = std::make_shared<Generate>();
  const Names<Shape> shapes{{"movielens-100k", &asysvd::movielens_100k},
                            {"movielens-1m", &asysvd::movielens_1m},
                            {"movielens-10m", &asysvd::movielens_10m},
                            {"netflix", &asysvd::netflix}};
  add_choice(command, "--shape", generate->shape, shapes, "Whose shape");
  command.add_option("--seed", generate->seed, "The same seed gives the same ratings")->capture_default_str();
  add_output(command, "--to", generate->path, "CSV file to write, or - for standard output", Output::anything)
      ->required();
  command.callback([generate] { generate->run(); });
}

}  // namespace cli
