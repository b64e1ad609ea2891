// SPDX-License-Identifier: MIT
#include <asysvd/data/split.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/cross_validation.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "files.hpp"
#include "measure.hpp"
#include "model_options.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

using nlohmann::ordered_json;

/// What one model found on each fold.
struct Errors {
  std::vector<double> rmse, mae;

  void add(const asysvd::RatingError& error) {
    rmse.push_back(error.rmse);
    mae.push_back(error.mae);
  }
};

class CrossValidate {
 public:
  explicit CrossValidate(CLI::App& command) {
    auto* const ratings = ratings_.add_to(command);
    ratings->required(false);
    ratings_.add_implicit_to(command);
    auto* const folds = command.add_option("--folds", folds_, "How many folds to deal the ratings out to, at random");
    folds->capture_default_str()->check(CLI::Range(2, 65535).description(""));
    command.add_option("--fold", files_, "Or files that are folds already: training and test ratings; repeated")
        ->type_name("TRAIN TEST")
        ->excludes(ratings)
        ->excludes(folds)
        ->excludes("--implicit");
    model_.add_to(command);
    command
        .add_option("--threads", fit_.threads,
                    "Threads that read, and members that learn at a time; the result is the same")
        ->capture_default_str();
    json_.add_to(command);
  }

  void run() {
    if (ratings_.path().empty() && files_.empty()) throw std::invalid_argument("--ratings or --fold is required");
    (void)model_.make();  // what can be told before a long read, is
    ratings_.read_by(fit_.threads);
    if (files_.empty()) {
      const auto data = ratings_.read();
      if (folds_ > data.ratings.nonzeros()) {
        throw std::invalid_argument("--folds " + std::to_string(folds_) + ": expected at most " +
                                    std::to_string(data.ratings.nonzeros()) + ", the number of ratings in " +
                                    ratings_.path());
      }
      const asysvd::KFolds<Scalar> folds(data.ratings, folds_, model_.seed());
      for (int fold = 0; fold < folds.size(); ++fold) {
        const auto split = folds.fold(fold);
        measure(split.train, split.test);
      }
    } else {
      for (const auto& [train_path, test_path] : files_) {
        const auto train = ratings_.read(train_path);
        measure(train.ratings, ratings_.read(test_path, train.users, train.items).ratings);
      }
    }
    summarize();
  }

 private:
  void measure(const Matrix& train, const Matrix& test) {
    if (ours_.rmse.empty()) std::printf("%4s %10s %8s %8s\n", "fold", "ratings", "RMSE", "MAE");
    const auto model = model_.make();
    const auto report = model->fit(train, fit_, [](const asysvd::Progress&) { return true; });
    if (report.stop_reason == asysvd::StopReason::diverged) {
      throw std::runtime_error("the fit diverged; try a smaller --learning-rate");
    }
    const auto error = measure_rating_error(*model, train, test);
    ours_.add(error);
    bias_.add(asysvd::rating_error(asysvd::BiasOnly<Scalar>(train), train, test));
    std::printf("%4zu %10lld %8.4f %8.4f\n", ours_.rmse.size(), static_cast<long long>(error.count), error.rmse,
                error.mae);
    options_ = model_.json(model->options());
  }

  void summarize() const {
    ordered_json object;
    const auto line = [&](const char* name, const char* key, const Errors& errors) {
      const auto rmse = asysvd::MeanAndDeviation::of(errors.rmse);
      const auto mae = asysvd::MeanAndDeviation::of(errors.mae);
      std::printf("%-15s RMSE %.4f, standard deviation %.4f; MAE %.4f, standard deviation %.4f\n", name, rmse.mean,
                  rmse.deviation, mae.mean, mae.deviation);
      object[key] = {{"rmse", rmse.mean},
                     {"rmse_deviation", rmse.deviation},
                     {"mae", mae.mean},
                     {"mae_deviation", mae.deviation},
                     {"folds", {{"rmse", errors.rmse}, {"mae", errors.mae}}}};
    };
    std::printf("\n");
    line("bias only", "bias_only", bias_);
    line("asysvd", "asysvd", ours_);
    ordered_json all{{"rmse", object["asysvd"]["rmse"]}, {"mae", object["asysvd"]["mae"]}};
    all.update(object);
    all["options"] = options_;
    json_.write(all);
  }

  RatingsOption ratings_;
  ModelOptions model_;
  JsonOption json_;
  int folds_ = 5;
  std::vector<std::pair<std::string, std::string>> files_;
  asysvd::FitOptions<Scalar> fit_;
  Errors ours_, bias_;
  ordered_json options_;
};

}  // namespace

void add_cross_validate(CLI::App& program) {
  auto& command = *program.add_subcommand("cross-validate", "How well models of these options predict, over folds");
  const auto state = std::make_shared<CrossValidate>(command);
  command.callback([state] { state->run(); });
}

}  // namespace cli
