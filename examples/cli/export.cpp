// SPDX-License-Identifier: MIT
// `export`: what a model knows and recommends, as CSV.
#include <asysvd/io/csv.hpp>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "choice.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

class Export {
 public:
  explicit Export(CLI::App& command) {
    command.add_option("--model", model_path_, "File of a model")->required();
    add_output(command, "--items", items_path_, "CSV file for the items: item, offset and factors");
    add_output(command, "--users", users_path_, "CSV file for the users: user, offset and factors; needs --ratings");
    add_output(command, "--recommendations", lists_path_,
               "CSV file for what is recommended to each user: user, rank, item and score; needs --ratings");
    ratings_.add_to(command)->required(false);
    ratings_.add_implicit_to(command);
    command.add_option("--top", wanted_.count, "How many recommendations each")
        ->capture_default_str()
        ->check(at_least_one);
    command.add_option("--threads", wanted_.threads, "Threads that read and recommend; the result is the same")
        ->capture_default_str();
  }

  void run() {
    const bool of_users = !users_path_.empty() || !lists_path_.empty();
    if (items_path_.empty() && !of_users) {
      throw std::invalid_argument("--items, --users or --recommendations is required");
    }
    if (of_users && ratings_.path().empty()) {
      throw std::invalid_argument("--users and --recommendations need --ratings, which users are served by");
    }
    ratings_.read_by(wanted_.threads);
    const auto [model, users, items] = load_model(model_path_);
    if (of_users) {
      const auto data = ratings_.read(users, items);
      if (data.users.size() > users.size() || data.items.size() > items.size()) {
        throw std::invalid_argument(ratings_.path() + " has users or items that the model was not trained on");
      }
      model->set_ratings(data.ratings);
    }
    if (!items_path_.empty()) {
      asysvd::save_items(*model, items_path_, items);
      tell(items.size(), "items", items_path_);
    }
    if (!users_path_.empty()) {
      asysvd::save_users(*model, users_path_, users);
      tell(users.size(), "users", users_path_);
    }
    if (!lists_path_.empty()) {
      asysvd::save_recommendations(*model, lists_path_, wanted_, users, items);
      tell(users.size(), "lists of recommendations", lists_path_);
    }
  }

 private:
  static void tell(asysvd::Size count, const char* what, const std::string& path) {
    std::printf("%lld %s in %s\n", static_cast<long long>(count), what, path.c_str());
    std::fflush(stdout);
  }

  std::string model_path_;
  std::string items_path_;
  std::string users_path_;
  std::string lists_path_;
  RatingsOption ratings_;
  asysvd::RecommendAllOptions wanted_;
};

}  // namespace

void add_export(CLI::App& program) {
  auto& command = *program.add_subcommand("export", "Writes what a model knows and recommends as CSV");
  const auto state = std::make_shared<Export>(command);
  command.callback([state] { state->run(); });
}

}  // namespace cli
