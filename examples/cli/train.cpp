// SPDX-License-Identifier: MIT
#include <asysvd/data/time_decay.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "checkpoint.hpp"
#include "choice.hpp"
#include "commands.hpp"
#include "figures.hpp"
#include "files.hpp"
#include "interruption.hpp"
#include "measure.hpp"
#include "model_options.hpp"
#include "outputs.hpp"
#include "progress_bar.hpp"
#include "protocol.hpp"
#include "ranking_options.hpp"

namespace cli {

namespace {

using nlohmann::ordered_json;

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
};

class Train {
 public:
  explicit Train(CLI::App& command) {
    ratings_.add_to(command);
    ratings_.add_implicit_to(command);
    auto* const test = command.add_option("--test", test_path_, "File of ratings to test on");
    protocol_.add_to(command, test);
    command
        .add_option("--validation", watched_.validation_fraction,
                    "Share of the training ratings that chooses the best epoch")
        ->check(CLI::Range(0.0, 1.0).description(""))
        ->type_name("SHARE");
    command.add_option("--metric", metric_, "What it chooses by: rmse, mae, ndcg@10, recall@20, map@5 and so on")
        ->capture_default_str()
        ->type_name("NAME");
    command.add_option("--patience", watched_.patience,
                       "Stop after so many epochs without a better one; needs --validation");
    minimum_change_ =
        command.add_option("--minimum-change", watched_.minimum_change, "By how much better counts for --patience");
    minimum_change_->capture_default_str();
    validate_every_ =
        command.add_option("--validate-every", watched_.validate_every, "Validate after each so many epochs");
    validate_every_->capture_default_str();
    command.add_flag("--refit", watched_.refit,
                     "When the best epoch is known, learn from the validation ratings as well; needs --validation");
    add_choice(command, "--objective", objective_, objective_names,
               "What to learn for: what users would rate, or would want");
    command.add_option("--half-life", half_life_, "Let a rating that is so many days older count half as much")
        ->check(above_zero)
        ->type_name("DAYS");
    command
        .add_option(
            "--shards", watched_.shards,
            "Shards of users, 1 or 2, that learn each member side by side: work for more threads, another result")
        ->capture_default_str();
    checkpoint_.add_to(command);
    command.add_option("--resume", resume_path_, "Go on with the model in this file, for --epochs more");
    command.add_flag("--resumable", resumable_,
                     "Keep all in the --save file that --resume needs to go on as if it had never stopped; up to three "
                     "times the size");
    model_.add_to(command);
    for (auto* const option : command.get_options()) {
      if (is_for_ratings_alone(*option)) rating_flags_.push_back(option);
    }
    ranking_.add_to(command);
    command
        .add_option(
            "--threads", watched_.threads,
            "Threads that read, members that learn at a time, and users that are ranked for; the result is the same")
        ->capture_default_str();
    add_output(command, "--save", model_path_, "File to keep the model in");
    json_.add_to(command);
  }

  void run() {
    check();
    const Stopwatch reading;
    ratings_.read_by(watched_.threads);
    LoadedModel resumed;
    if (!resume_path_.empty()) resumed = model_.load(resume_path_);
    const auto data = ratings_.read(resumed.users, resumed.items);
    std::optional<asysvd::Dataset<Scalar>> test_data;
    if (!test_path_.empty()) test_data = ratings_.read(test_path_, data.users, data.items);
    read_seconds_ = reading.seconds();
    auto [train, weights, known, test] = protocol_.part(data, weights_of(data), model_.seed());
    if (test_data) test = test_data->ratings;
    duplicates_ = data.duplicates;

    const Stopwatch fitting;
    ordered_json told;
    const auto model = objective_ == Objective::ranking ? fit_ranking(train, told)
                                                        : fit(std::move(resumed.model), train, weights, told);
    const double fit_seconds = fitting.seconds();
    if (!model_path_.empty()) model->save(model_path_, data.users, data.items, resumable_);

    ordered_json object;
    const Stopwatch evaluating;
    if (test.nonzeros() > 0) {
      const bool strangers = protocol_.strangers();
      if (model->predicts_ratings())
        print_rating_errors(measure_rating_error(*model, known, test, strangers), known, test, object);
      print_ranking(measure_ranking(*model, known, test, {10}, {.threads = watched_.threads}, strangers), object);
    }
    const double evaluate_seconds = evaluating.seconds();

    object["seconds"] = {{"read", read_seconds_}, {"fit", fit_seconds}, {"evaluate", evaluate_seconds}};
    object["duplicates"] = duplicates_;
    object["peak_rss_mib"] = peak_rss_mib();
    object.update(told);
    json_.write(object);
    // All that was asked for is there. What was interrupted can still be gone on with.
    if (model->report().stop_reason != asysvd::StopReason::cancelled) checkpoint_.remove();
  }

 private:
  enum class Objective { rating, ranking };
  static inline const Names<Objective> objective_names{{"rating", Objective::rating}, {"ranking", Objective::ranking}};

  /// What means nothing where a model is trained in closed form.
  [[nodiscard]] static bool is_for_ratings_alone(const CLI::Option& option) {
    constexpr std::array both{"--help",    "--ratings",  "--format",    "--refuse-duplicates", "--test",
                              "--holdout", "--protocol", "--objective", "--factors",           "--seed"};
    return std::ranges::find(both, option.get_name()) == both.end();
  }

  /// What can be told before a long read and a long fit, is.
  void check() {
    protocol_.check();
    if (objective_ == Objective::ranking) {
      for (const auto* flag : rating_flags_) {
        if (flag->count() > 0) throw std::invalid_argument(flag->get_name() + " is not for --objective ranking");
      }
      ranking_options().validate();
      (void)ranking_.feedback();
    } else if (const auto flag = ranking_.given(); !flag.empty()) {
      throw std::invalid_argument(flag + " needs --objective ranking");
    }
    const bool validated = watched_.validation_fraction > 0;
    if (watched_.patience > 0 && !validated) throw std::invalid_argument("--patience needs --validation");
    if (watched_.refit && !validated) throw std::invalid_argument("--refit needs --validation");
    for (const auto* option : {minimum_change_, validate_every_}) {
      if (option->count() > 0 && !validated) throw std::invalid_argument(option->get_name() + " needs --validation");
    }
    if (metric_ != "rmse" && !validated) throw std::invalid_argument("--metric needs --validation");
    (void)metric_of(metric_, watched_.threads);
    if (resumable_ && model_path_.empty()) throw std::invalid_argument("--resumable needs --save");
    if (resume_path_.empty()) (void)model_.make();
  }

  [[nodiscard]] std::vector<Scalar> weights_of(const asysvd::Dataset<Scalar>& data) const {
    if (half_life_ == 0) return {};
    if (data.timestamps.empty()) throw std::invalid_argument("--half-life: " + ratings_.path() + " has no timestamps");
    constexpr std::int64_t far = 100'000'000'000;  // seconds: the year 5138
    const std::span<const std::int64_t> timestamps = data.timestamps;
    const auto latest = std::ranges::max(timestamps);
    if (latest > far) {
      throw std::invalid_argument("--half-life: the latest timestamp of " + ratings_.path() + " is " +
                                  std::to_string(latest) + "; expected seconds since 1970, not milliseconds");
    }
    return asysvd::time_decay<Scalar>(timestamps, half_life_ * 24 * 60 * 60);
  }

  /// Learns what the ratings are, by descent, from where `model` is, if it is one; writes what the fit tells into
  /// `object`.
  std::unique_ptr<AnyModel> fit(std::unique_ptr<AnyModel> model, const Matrix& train,
                                const std::vector<Scalar>& weights, ordered_json& object) {
    watched_.weights = weights;
    const bool resuming = model != nullptr;
    if (!resuming) {
      model = model_.make();
    } else if (!model->resumable()) {
      std::printf("%s was saved without --resumable: going on from the averages that it holds\n", resume_path_.c_str());
    }
    checkpoint_.apply_to(watched_, about(train, *model));
    const auto report = [&] {
      const Interruption interruption;
      ProgressBar bar;
      const auto observer = [&](const asysvd::Progress& progress) {
        bar(progress);
        return !interruption.wanted();
      };
      const auto metric = metric_of(metric_, watched_.threads);
      return resuming ? model->resume(train, model_.epochs(), watched_, observer, metric)
                      : model->fit(train, watched_, observer, metric);
    }();
    if (report.stop_reason == asysvd::StopReason::diverged) {
      char message[200];
      std::snprintf(message, sizeof message,
                    "the fit diverged in epoch %d at the learning rate %g; try a smaller --learning-rate or a larger "
                    "--lambda-x, --lambda-y and --lambda-q",
                    report.divergence->epoch, report.divergence->learning_rate);
      throw std::runtime_error(message);
    }
    if (report.stop_reason == asysvd::StopReason::cancelled) {
      std::fprintf(stderr, "asysvd: interrupted; the model is that of epoch %d%s\n", report.best_epoch,
                   checkpoint_.exists() ? ", and the same command goes on" : "");
    }
    print_what_was_read(train);
    if (model->parameters().min_rating == model->parameters().max_rating) {
      std::printf(
          "all ratings are %g: their values tell nothing; --objective ranking learns from which items there are\n",
          static_cast<double>(model->parameters().min_rating));
    }
    std::printf("%zu epochs in %.2f s, %.1f million ratings a second, training RMSE %.4f, %s, best epoch %d\n",
                report.epochs.size() + report.refit.size(), report.seconds(), report.samples_per_second() / 1e6,
                kept(report).train_rmse, std::string(to_text(report.stop_reason)).c_str(), report.best_epoch);
    object["epochs"] = report.epochs.size();
    object["best_epoch"] = report.best_epoch;
    object["stop_reason"] = to_text(report.stop_reason);
    object["samples_per_second"] = report.samples_per_second();
    object["train_rmse"] = kept(report).train_rmse;
    object["options"] = options_in_force(model_.json(model->options()));
    object["options"]["rating_unit"] = report.rating_unit;
    object["history"] = history(report.epochs);
    if (!report.refit.empty()) object["refit_history"] = history(report.refit);
    return model;
  }

  /// What a fit has to have in common with the one that its checkpoint is of.
  [[nodiscard]] ordered_json about(const Matrix& train, const AnyModel& model) const {
    const auto& q = model.parameters().q;
    return {{"ratings", hash(train)},
            {"implicit", train.implicit() == nullptr ? 0 : hash(*train.implicit())},
            {"weights", hash(watched_.weights)},
            {"resumed", hash({q.data(0), static_cast<std::size_t>(q.rows() * q.stride())})},
            {"epochs", model_.epochs()},
            {"shards", watched_.shards},
            {"watched", watched()},
            {"options", model_.json(model.options())}};
  }

  /// How the best epoch is chosen.
  [[nodiscard]] ordered_json watched() const {
    return {{"validation", watched_.validation_fraction},
            {"metric", metric_},
            {"patience", watched_.patience},
            {"minimum_change", watched_.minimum_change},
            {"validate_every", watched_.validate_every},
            {"refit", watched_.refit}};
  }

  void print_what_was_read(const Matrix& train) const {
    std::printf("%lld ratings of %lld items by %lld users, read in %.2f s\n", static_cast<long long>(train.nonzeros()),
                static_cast<long long>(train.cols()), static_cast<long long>(train.rows()), read_seconds_);
    if (duplicates_ > 0) {
      std::printf("%lld ratings were dropped for a later one of the same item by the same user\n",
                  static_cast<long long>(duplicates_));
    }
    std::fflush(stdout);
    if (train.implicit() != nullptr) {
      std::printf("%lld entries of implicit feedback beside them\n",
                  static_cast<long long>(train.implicit()->nonzeros()));
    }
  }

  [[nodiscard]] asysvd::RankingOptions ranking_options() const {
    auto options = ranking_.options();
    if (const auto factors = model_.factors()) options.factors = *factors;
    options.threads = watched_.threads;
    return options;
  }

  /// Learns what users would want, in closed form.
  std::unique_ptr<AnyModel> fit_ranking(const Matrix& train, ordered_json& object) const {
    auto options = ranking_options();
    const auto feedback = ranking_.feedback();
    print_what_was_read(train);
    if (ranking_.to_be_chosen()) {
      std::printf("\n%8s %8s %8s\n", "ridge", "exponent", "NDCG@10");
      const auto choice = choose_options(train, options, feedback, model_.seed(), [](const auto& tried) {
        std::printf("%8.4g %8.2f %8.4f\n", tried.options.ridge, tried.options.popularity_exponent, tried.ndcg);
        std::fflush(stdout);
      });
      options = choice.options;
      object["chosen_by"] = {{"ndcg@10", choice.ndcg}, {"fits", choice.fits}};
    }
    auto model = make_ranking_model(train, options, feedback);
    std::printf("\nlearned in closed form, %d factors, ridge %.4g, popularity exponent %.2f\n", options.factors,
                options.ridge, options.popularity_exponent);
    object["epochs"] = 0;
    object["stop_reason"] = "closed_form";
    object["options"] = options_in_force(to_json(options, feedback));
    return model;
  }

  [[nodiscard]] ordered_json options_in_force(const ordered_json& of_model) const {
    ordered_json object{{"ratings", ratings_.path()},  {"implicit", ratings_.implicit_path()},
                        {"test", test_path_},          {"half_life", half_life_},
                        {"threads", watched_.threads}, {"shards", watched_.shards},
                        {"resume", resume_path_},      {"objective", name_of(objective_names, objective_)},
                        {"seed", model_.seed()}};
    object.update(watched());
    object.update(protocol_.json());
    object.update(of_model);
    return object;
  }

  /// The epoch whose state the model holds.
  [[nodiscard]] static const asysvd::EpochReport& kept(const asysvd::FitReport& report) {
    const auto& epochs = report.refit.empty() ? report.epochs : report.refit;
    const auto best = std::ranges::find(epochs, report.best_epoch, &asysvd::EpochReport::epoch);
    return best == epochs.end() ? epochs.back() : *best;
  }

  [[nodiscard]] ordered_json history(const std::vector<asysvd::EpochReport>& epochs) const {
    auto rows = ordered_json::array();
    for (const auto& epoch : epochs) {
      rows.push_back({{"epoch", epoch.epoch},
                      {"learning_rate", epoch.learning_rate},
                      {"train_rmse", epoch.train_rmse},
                      {"seconds", epoch.seconds}});
      if (epoch.validation) rows.back()["validation_" + metric_] = *epoch.validation;
    }
    return rows;
  }

  RatingsOption ratings_;
  ModelOptions model_;
  JsonOption json_;
  std::string test_path_;
  CheckpointOption checkpoint_;
  std::string resume_path_;
  std::string model_path_;
  bool resumable_ = false;
  Objective objective_ = Objective::rating;
  RankingFlags ranking_;
  std::vector<CLI::Option*> rating_flags_;
  CLI::Option* minimum_change_ = nullptr;
  CLI::Option* validate_every_ = nullptr;
  ProtocolOptions protocol_;
  std::string metric_ = "rmse";
  double half_life_ = 0;
  double read_seconds_ = 0;
  asysvd::Size duplicates_ = 0;
  asysvd::FitOptions<Scalar> watched_;
};

}  // namespace

void add_train(CLI::App& program) {
  auto& command = *program.add_subcommand("train", "Learns a model, and tells how well it predicts");
  const auto train = std::make_shared<Train>(command);
  command.callback([train] { train->run(); });
}

}  // namespace cli
