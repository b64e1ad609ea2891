// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/tuning.hpp>
#include <asysvd/io/safetensors.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "commands.hpp"
#include "files.hpp"
#include "interruption.hpp"
#include "model_options.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

using nlohmann::ordered_json;

ordered_json to_json(const asysvd::Trial& trial) {
  auto options = ordered_json::parse(asysvd::detail::options_to_json(trial.options));
  options["factors"] = trial.options.factors;
  return {{"round", trial.round},         {"draw", trial.draw},           {"stage", trial.stage},
          {"rmse", trial.rmse},           {"deviation", trial.deviation}, {"seconds", trial.seconds},
          {"options", std::move(options)}};
}

asysvd::Trial from_json(const ordered_json& json) {
  asysvd::Trial trial;
  trial.round = json.at("round").get<int>();
  trial.draw = json.at("draw").get<int>();
  trial.stage = json.at("stage").get<int>();
  trial.rmse = json.at("rmse").get<double>();
  trial.deviation = json.at("deviation").get<double>();
  trial.seconds = json.at("seconds").get<double>();
  trial.options = asysvd::detail::options_from_json(json.at("options").dump());
  trial.options.factors = json.at("options").at("factors").get<int>();
  return trial;
}

/// What ends a search early: a fit that is cut short would be measured as if it were whole.
struct Interrupted {};

/// A model by value, as `asysvd::tune` wants it.
struct Tuned {
  using Scalar = cli::Scalar;
  std::unique_ptr<AnyModel> model;
  const Interruption* interruption;

  asysvd::FitReport fit(const Matrix& ratings, const asysvd::FitOptions<Scalar>& options) {
    return model->fit(ratings, options, watch());
  }
  asysvd::FitReport resume(const Matrix& ratings, int epochs, const asysvd::FitOptions<Scalar>& options) {
    return model->resume(ratings, epochs, options, watch());
  }
  [[nodiscard]] const asysvd::Parameters<Scalar>& parameters() const { return model->parameters(); }

 private:
  [[nodiscard]] AnyModel::Observer watch() const {
    return [interruption = interruption](const asysvd::Progress&) {
      return interruption->wanted() ? throw Interrupted() : true;
    };
  }
};

class Tune {
 public:
  explicit Tune(CLI::App& command) {
    ratings_.add_to(command);
    ratings_.add_implicit_to(command);
    command.add_option("--budget", tuning_.seconds, "Seconds to search for")->capture_default_str();
    command.add_option("--validation-folds", tuning_.folds, "On how many folds of a tenth each setting is measured")
        ->capture_default_str();
    command.add_option("--threads", tuning_.threads, "Threads that read, and fits at a time [all cores]");
    add_output(command, "--state", state_path_,
               "File that keeps what was tried; where it exists, the search goes on from it");
    model_.add_to(command);
    command.remove_option(command.get_option("--epochs"));  // they are what is searched for
    json_.add_to(command);
    tuning_.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }

  void run() {
    tuning_.validate();
    tuning_.seed = model_.seed();
    const auto model = model_.make();
    ratings_.read_by(tuning_.threads);
    const auto data = ratings_.read();
    const auto known = read_state(data.ratings, model->options());
    if (!known.empty()) std::printf("going on from %zu trials\n", known.size());
    for (const auto& trial : known) {
      trials_.push_back(trial);
      show_if_better(trial);
    }
    report(search(data.ratings, model->options(), known));
  }

 private:
  /// The best trial, of all or of those until it was interrupted.
  asysvd::Trial search(const Matrix& ratings, const asysvd::Options& start, const std::vector<asysvd::Trial>& known) {
    const Interruption interruption;
    try {
      return asysvd::tune(
          ratings, start, tuning_,
          [&](const asysvd::Options& options) {
            return Tuned{model_.make(options), &interruption};
          },
          [&](const asysvd::Trial& trial) {
            append_state(trial);
            trials_.push_back(trial);
            show_if_better(trial);
          },
          known);
    } catch (const Interrupted&) {
      if (trials_.empty()) throw std::runtime_error("interrupted before anything was found");
      std::fprintf(stderr, "asysvd: interrupted after %zu trials\n", trials_.size());
      return std::ranges::min(trials_, {}, &asysvd::Trial::rmse);
    }
  }

  /// The curve of the search: each trial that is better than all before it.
  void show_if_better(const asysvd::Trial& trial) {
    if (seen_ == 0) {  // not before: a search that is refused prints nothing
      std::printf("%5s %8s %9s %7s %7s %7s  %s\n", "trial", "seconds", "RMSE", "factors", "members", "epochs", "rate");
    }
    seconds_ += trial.seconds;
    ++seen_;
    if (!(trial.rmse < least_)) return;
    least_ = trial.rmse;
    curve_.push_back({{"trial", seen_}, {"seconds", seconds_}, {"rmse", trial.rmse}});
    std::printf("%5d %8.1f %9.5f ", seen_, seconds_, trial.rmse);
    show(trial.options);
    std::fflush(stdout);
  }

  static void show(const asysvd::Options& options) {
    std::printf("%7d %7d %7d  %.4g\n", options.factors, options.member_count(), options.epochs, options.learning_rate);
  }

  void report(const asysvd::Trial& best) {
    std::ranges::stable_sort(trials_, {}, &asysvd::Trial::rmse);
    std::printf("\nthe best of %zu trials, over %d folds\n%9s %9s %7s %7s %7s  %s\n", trials_.size(), tuning_.folds,
                "RMSE", "deviation", "factors", "members", "epochs", "rate");
    auto table = ordered_json::array();
    for (const auto& trial : trials_) {
      if (table.size() < 10) {
        std::printf("%9.5f %9.5f ", trial.rmse, trial.deviation);
        show(trial.options);
      }
      table.push_back(to_json(trial));
    }
    const auto command = "asysvd train" + ratings_.flags() + model_.flags(best.options);
    std::printf("\n%s\n", command.c_str());
    json_.write({{"rmse", best.rmse},
                 {"command", command},
                 {"options", model_.json(best.options)},
                 {"curve", curve_},
                 {"trials", table}});
  }

  /// What a search has to have in common with the one that it goes on from.
  [[nodiscard]] ordered_json heading(const Matrix& ratings, const asysvd::Options& start) const {
    auto options = model_.json(start);
    return {{"ratings", hash(ratings)},
            {"implicit", ratings.implicit() == nullptr ? 0 : hash(*ratings.implicit())},
            {"folds", tuning_.folds},
            {"start", std::move(options)}};
  }

  [[nodiscard]] std::vector<asysvd::Trial> read_state(const Matrix& ratings, const asysvd::Options& start) const {
    std::vector<asysvd::Trial> known;
    if (state_path_.empty()) return known;
    std::ifstream file(state_path_);
    const auto expected = heading(ratings, start).dump();
    std::string line;
    std::string kept = expected + '\n';
    if (std::getline(file, line) && line != expected) {
      throw std::runtime_error("--state " + state_path_ + ": it is of a search in other ratings or with other options");
    }
    while (std::getline(file, line)) {
      const auto json = ordered_json::parse(line, nullptr, false);
      if (json.is_discarded()) break;  // the line that was being written when the search was ended
      try {
        known.push_back(from_json(json));
      } catch (const std::exception& error) {
        throw std::runtime_error("--state " + state_path_ + ": " + error.what());
      }
    }
    for (const auto& trial : known) kept += to_json(trial).dump() + '\n';
    asysvd::detail::AtomicFile written(state_path_);
    written.write(kept);
    written.commit();
    return known;
  }

  void append_state(const asysvd::Trial& trial) const {
    if (state_path_.empty()) return;
    std::ofstream file(state_path_, std::ios::app);
    if (!(file << to_json(trial).dump() << std::endl)) {
      throw std::runtime_error("--state " + state_path_ + ": can't be written");
    }
  }

  RatingsOption ratings_;
  ModelOptions model_;
  JsonOption json_;
  std::string state_path_;
  asysvd::TuneOptions tuning_;
  std::vector<asysvd::Trial> trials_;
  ordered_json curve_ = ordered_json::array();
  double seconds_ = 0;
  int seen_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
};

}  // namespace

void add_tune(CLI::App& program) {
  auto& command = *program.add_subcommand("tune", "Searches for the options that predict best, and prints them");
  const auto state = std::make_shared<Tune>(command);
  command.callback([state] { state->run(); });
}

}  // namespace cli
