// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/intra_list_diversity.hpp>
#include <asysvd/io/ratings.hpp>

#include <Eigen/Core>
#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "choice.hpp"
#include "commands.hpp"
#include "figures.hpp"
#include "files.hpp"
#include "measure.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

class Evaluate {
 public:
  explicit Evaluate(CLI::App& command) {
    command.add_option("--model", model_path_, "File of a model")->required();
    ratings_.add_to(command);
    ratings_.add_implicit_to(command);
    command.add_option("--test", test_path_, "File of ratings to test on")->required();
    command.add_option("--cutoffs", cutoffs_, "Lengths of the lists to measure")
        ->delimiter(',')
        ->check(at_least_one)
        ->type_name("N,N,...")
        ->capture_default_str();
    command
        .add_option("--threads", options_.threads,
                    "Threads that read, and users that are ranked for at a time; the result is the same")
        ->capture_default_str();
    command.add_flag("--auc", options_.auc, "Compute the area under the ROC curve as well, over all unseen items");
    command
        .add_option("--bootstrap", options_.bootstrap_samples,
                    "Resamples of the users for confidence intervals; 1000 is usual")
        ->capture_default_str();
    command.add_option("--groups", options_.group_lengths, "Measure apart by profile length: where groups begin")
        ->delimiter(',')
        ->type_name("N,N,...");
    command
        .add_option("--sampled-negatives", options_.sampled_negatives,
                    "Rank the relevant items among so many others alone: fast, and misleading")
        ->capture_default_str();
    command.add_option("--features", features_path_,
                       "File of item, feature and weight: by these, how different the items of a list are");
    json_.add_to(command);
  }

  void run() {
    options_.validate();
    ratings_.read_by(options_.threads);
    const auto loaded = load_model(model_path_);
    if (loaded.items.size() == 0) throw std::invalid_argument(model_path_ + ": it holds no ids to read ratings by");
    const auto train = ratings_.read(loaded.users, loaded.items);
    const auto test = ratings_.read(test_path_, train.users, train.items);
    auto& model = *loaded.model;
    if (!features_path_.empty()) options_.intra_list_diversity = diversity_by_features(loaded.items, model.items());
    const bool trained_on = train.ratings.rows() == loaded.users.size() && train.ratings.cols() == loaded.items.size();
    if (trained_on) model.set_ratings(train.ratings);

    nlohmann::ordered_json object;
    if (model.predicts_ratings()) {
      const auto error = measure_rating_error(model, train.ratings, test.ratings);
      print_rating_errors(error, train.ratings, test.ratings, object);
    }
    if (!trained_on) {
      std::printf("\n%s has users or items that the model was not trained on: everybody is served by profile\n",
                  ratings_.path().c_str());
    }
    print_ranking(measure_ranking(model, train.ratings, test.ratings, cutoffs_, options_), object);
    object["served_by"] = trained_on ? "user" : "profile";
    object["peak_rss_mib"] = peak_rss_mib();
    json_.write(object);
  }

 private:
  using Features = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  /// Items that the file does not name have no features, and names that the model does not know are passed over.
  [[nodiscard]] std::function<double(std::span<const asysvd::Index>)> diversity_by_features(const asysvd::IdMap& items,
                                                                                            asysvd::Size count) const {
    const auto given = asysvd::load_ratings<Scalar>(features_path_, {.users = &items});
    Features features = Features::Zero(count, given.items.size());
    for (asysvd::Size item = 0; item < count; ++item) {
      const auto row = given.ratings.row(item);
      for (std::size_t t = 0; t < row.items.size(); ++t) features(item, row.items[t]) = row.ratings[t];
    }
    return [features = std::move(features)](std::span<const asysvd::Index> list) {
      return asysvd::intra_list_diversity(features, list);
    };
  }

  std::string model_path_;
  std::string features_path_;
  RatingsOption ratings_;
  std::string test_path_;
  std::vector<int> cutoffs_{5, 10, 20};
  asysvd::EvaluationOptions options_;
  JsonOption json_;
};

}  // namespace

void add_evaluate(CLI::App& program) {
  auto& command =
      *program.add_subcommand("evaluate", "How well a model predicts and ranks what a file of ratings holds");
  const auto state = std::make_shared<Evaluate>(command);
  command.callback([state] { state->run(); });
}

}  // namespace cli
