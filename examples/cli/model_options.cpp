// SPDX-License-Identifier: MIT
#include "model_options.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "choice.hpp"

namespace cli {

namespace {

const Names<FeedbackKind> feedback_names{{"full", FeedbackKind::full},
                                         {"explicit", FeedbackKind::explicit_only},
                                         {"implicit", FeedbackKind::implicit_only},
                                         {"raw", FeedbackKind::raw}};
const Names<SamplerKind> sampler_names{{"by-user", SamplerKind::by_user},
                                       {"shuffled", SamplerKind::shuffled},
                                       {"uniform", SamplerKind::uniform},
                                       {"sequential", SamplerKind::sequential}};
const Names<asysvd::Shrink> shrink_names{{"per-visit", asysvd::Shrink::per_visit},
                                         {"per-sample", asysvd::Shrink::per_sample}};
const Names<bool> switch_names{{"on", true}, {"off", false}};

}  // namespace

void ModelOptions::add_to(CLI::App& command) {
  const auto others = command.get_options();
  factors_ = command.add_option("--factors", options_.factors, "Latent factors k");
  factors_->capture_default_str();
  command.add_option("--epochs", options_.epochs, "Passes over the ratings, at most")->capture_default_str();
  command.add_option("--learning-rate", options_.learning_rate, "Step of the first epoch")->capture_default_str();
  command.add_option("--decay", decay_, "What the step is multiplied by after each epoch")->capture_default_str();
  command.add_option("--lambda-x", options_.regularization.x, "Of factors of explicit feedback")->capture_default_str();
  command.add_option("--lambda-y", options_.regularization.y, "Of factors of implicit feedback")->capture_default_str();
  command.add_option("--lambda-q", options_.regularization.q, "Of item factors")->capture_default_str();
  command.add_option("--lambda-bias", options_.regularization.bias, "Of biases")->capture_default_str();
  command
      .add_option("--whole-lambda-q", options_.regularization.whole_q,
                  "Of item factors, shared out over the ratings of the item")
      ->capture_default_str();
  command.add_option("--whole-lambda-user", options_.regularization.whole_user, "Of user biases, likewise")
      ->capture_default_str();
  command.add_option("--whole-lambda-item", options_.regularization.whole_item, "Of item biases, likewise")
      ->capture_default_str();
  command
      .add_option("--members", options_.members,
                  "Models that learn side by side and share out the factors; 0: one for about ten factors")
      ->capture_default_str();
  command
      .add_option("--averaging", options_.averaging,
                  "Weight of an epoch in the average over the epochs; 1: the last alone")
      ->capture_default_str();
  command.add_option("--rating-unit", options_.rating_unit, "Unit that the rates above are meant for; 0: found")
      ->capture_default_str();
  add_choice(command, "--shrink", options_.shrink, shrink_names, "How often profile factors shrink");
  add_choice(command, "--feedback", feedback_, feedback_names, "What makes a user's factors");
  add_choice(command, "--leave-one-out", options_.leave_one_out, switch_names,
             "Leave the rating that is learned from out of the profile");
  add_choice(command, "--sampler", sampler_, sampler_names, "The order of learning");
  command.add_option("--seed", options_.seed, "The same seed gives the same split and model")->capture_default_str();
  for (auto* const option : command.get_options()) {
    if (std::ranges::find(others, option) == others.end()) flags_.push_back(option);
  }
}

std::unique_ptr<AnyModel> ModelOptions::make() {
  options_.schedule = decay_ == 1 ? asysvd::Schedule::constant() : asysvd::Schedule::exponential(decay_);
  return make(options_);
}

std::unique_ptr<AnyModel> ModelOptions::make(const asysvd::Options& options) const {
  return make_model(feedback_, sampler_, options);
}

LoadedModel ModelOptions::load(const std::string& path) {
  const auto feedback = feedback_of(path);
  if (!feedback) throw std::invalid_argument("--resume: " + path + " was trained in closed form, which has no epochs");
  for (const auto* const flag : flags_) {
    const auto name = flag->get_name();
    if (name == "--epochs") {
      if (flag->count() == 0) throw std::invalid_argument("--resume needs --epochs: how many more");
    } else if (name != "--sampler" && flag->count() > 0) {
      throw std::invalid_argument(name + " is not for --resume: the model has settled it");
    }
  }
  auto loaded = load_model(path, sampler_);
  const int epochs = std::exchange(options_, loaded.model->options()).epochs;
  options_.epochs = epochs;
  feedback_ = *feedback;
  return loaded;
}

std::string ModelOptions::flags(const asysvd::Options& options) const {
  std::string text;
  const auto add = [&](const char* flag, auto value) {
    text.append(" ").append(flag).append(" ").append(asysvd::detail::to_text(value));
  };
  const auto& lambda = options.regularization;
  add("--factors", options.factors);
  add("--members", options.member_count());
  add("--epochs", options.epochs);
  add("--learning-rate", options.learning_rate);
  add("--decay", decay_);
  add("--averaging", options.averaging);
  add("--lambda-x", lambda.x);
  add("--lambda-y", lambda.y);
  add("--lambda-q", lambda.q);
  add("--lambda-bias", lambda.bias);
  add("--whole-lambda-q", lambda.whole_q);
  add("--whole-lambda-user", lambda.whole_user);
  add("--whole-lambda-item", lambda.whole_item);
  add("--rating-unit", options.rating_unit);
  text += " --shrink " + name_of(shrink_names, options.shrink) + " --feedback " + name_of(feedback_names, feedback_) +
          " --leave-one-out " + name_of(switch_names, options.leave_one_out) + " --sampler " +
          name_of(sampler_names, sampler_) + " --seed " + std::to_string(options.seed);
  return text;
}

nlohmann::ordered_json ModelOptions::json(const asysvd::Options& options) const {
  return {{"factors", options.factors},
          {"epochs", options.epochs},
          {"learning_rate", options.learning_rate},
          {"schedule", options.schedule.to_text()},
          {"lambda_x", options.regularization.x},
          {"lambda_y", options.regularization.y},
          {"lambda_q", options.regularization.q},
          {"lambda_bias", options.regularization.bias},
          {"whole_lambda_q", options.regularization.whole_q},
          {"whole_lambda_user", options.regularization.whole_user},
          {"whole_lambda_item", options.regularization.whole_item},
          {"members", options.member_count()},
          {"averaging", options.averaging},
          {"shrink", name_of(shrink_names, options.shrink)},
          {"feedback", name_of(feedback_names, feedback_)},
          {"leave_one_out", options.leave_one_out},
          {"sampler", name_of(sampler_names, sampler_)},
          {"initialization", options.initialization.to_text()},
          {"rating_unit", options.rating_unit},
          {"user_shrinkage", options.user_shrinkage},
          {"item_shrinkage", options.item_shrinkage},
          {"seed", options.seed}};
}

}  // namespace cli
