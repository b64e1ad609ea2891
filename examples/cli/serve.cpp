// SPDX-License-Identifier: MIT
// `recommend` and `explain`: a saved model, and the ratings of the one who asks. Users are served from their ratings,
// also such as the model was not trained on. And `similar`, for which the model suffices.
#include <asysvd/data/detail/numbers.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "choice.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

using nlohmann::ordered_json;

/// What both commands start from.
struct Request {
  std::string model_path;
  std::string user;
  RatingsOption ratings;
  TitlesOption titles;
  JsonOption json;

  LoadedModel loaded;
  asysvd::Profile<Scalar> profile;  ///< of the user, in the item indices of the model

  explicit Request(CLI::App& command) {
    command.add_option("--model", model_path, "File of a model")->required();
    ratings.add_to(command);
    ratings.add_implicit_to(command);
    command.add_option("--user", user, "Id of a user in the file of ratings [the first one]");
    titles.add_to(command);
    json.add_to(command);
  }

  void read() {
    loaded = load_model(model_path);
    titles.read();
    const auto data = ratings.read();
    if (user.empty()) user = data.users.name(0);  // who is there: a file without ratings is refused
    const auto row = data.users.find(user);
    if (!row) throw std::invalid_argument("--user " + user + ": not in " + ratings.path());
    // An item that came after training says nothing to this model.
    const auto known = [&](asysvd::Index item) { return loaded.items.find(data.items.name(item)); };
    const auto given = data.ratings.row(*row);
    for (std::size_t t = 0; t < given.items.size(); ++t) {
      if (const auto item = known(given.items[t])) profile.set(*item, given.ratings[t]);
    }
    for (const asysvd::Index unrated : given.unrated) {
      if (const auto item = known(unrated)) profile.add_unrated(*item);
    }
  }

  [[nodiscard]] std::string id(asysvd::Index item) const { return loaded.items.name(item); }
  using Share = asysvd::Explanation<Scalar>::Share;
  /// Without a rating, that is null.
  [[nodiscard]] ordered_json json_of(const Share& share) const {
    return {{"item", id(share.item)}, {"rating", asysvd::detail::as_written(share.rating)}, {"share", share.share}};
  }
  [[nodiscard]] std::string name(const Share& share) const { return titles.name(id(share.item)); }
  [[nodiscard]] static std::string rated(const Share& share) {
    char text[40];
    std::snprintf(text, sizeof text, "rated %g", share.rating);
    return std::isnan(share.rating) ? "not rated" : text;
  }
};

struct Recommend : Request {
  asysvd::Size top = 10;

  explicit Recommend(CLI::App& command) : Request(command) {
    command.add_option("--top", top, "How many")->capture_default_str()->check(at_least_one);
  }

  void run() {
    read();
    auto list = ordered_json::array();
    std::printf("for user %s, who rated %lld items that the model knows\n\n%4s  %6s  %s\n", user.c_str(),
                static_cast<long long>(profile.size()), "", "score", "item, and what it rests on most");
    for (const auto& [item, score] : loaded.model->recommend(profile, {.count = top})) {
      const auto why = loaded.model->explain(profile, item);
      list.push_back({{"item", id(item)}, {"title", titles(id(item))}, {"score", score}});
      std::printf("%4zu  %6.3f  %s\n", list.size(), score, titles.name(id(item)).c_str());
      auto& because = list.back()["because"] = ordered_json::array();
      for (std::size_t t = 0; t < std::min<std::size_t>(2, why.shares.size()); ++t) {
        const auto& share = why.shares[t];
        because.push_back(json_of(share));
        std::printf("%14s%+.3f  %s, %s\n", "", share.share, name(share).c_str(), rated(share).c_str());
      }
    }
    json.write({{"user", user}, {"known_ratings", profile.size()}, {"recommendations", list}});
  }
};

/// Of one item, or of all that `recommend` would list, on average.
struct Explain : Request {
  std::string item;
  asysvd::Size top = 10;

  explicit Explain(CLI::App& command) : Request(command) {
    auto* const one = command.add_option("--item", item, "Id of the item to explain [the recommendations, on average]");
    command.add_option("--top", top, "How many recommendations to explain, without --item")
        ->capture_default_str()
        ->check(at_least_one)
        ->excludes(one);
  }

  void run() {
    read();
    item.empty() ? explain_list() : explain_item();
  }

 private:
  void explain_item() {
    const auto index = loaded.items.find(item);
    if (!index) throw std::invalid_argument("--item " + item + ": the model does not know it");
    const auto rating = loaded.model->predict(profile, *index);
    std::printf("%s for user %s\n\n", titles.name(item).c_str(), user.c_str());
    ordered_json result{{"user", user}, {"item", item}, {"title", titles(item)}};
    add_explanation(result, loaded.model->explain(profile, *index), "this item's bias");
    std::printf("; as a rating %.2f\n", rating);
    result["rating"] = rating;
    json.write(result);
  }

  void explain_list() {
    const auto list = loaded.model->recommend(profile, {.count = top});
    if (list.empty()) throw std::invalid_argument("--user " + user + ": there is nothing left to recommend");
    auto recommendations = ordered_json::array();
    std::printf("what is recommended to user %s\n\n", user.c_str());
    for (const auto& [index, score] : list) {
      recommendations.push_back({{"item", id(index)}, {"title", titles(id(index))}, {"score", score}});
      std::printf("%4zu  %6.3f  %s\n", recommendations.size(), score, titles.name(id(index)).c_str());
    }
    std::printf("\nand why, on average\n\n");
    ordered_json result{{"user", user}, {"recommendations", recommendations}};
    add_explanation(result, loaded.model->explain(profile, list), "the items' bias");
    std::printf("\n");
    json.write(result);
  }

  /// What helps and what harms the most first.
  void add_explanation(ordered_json& result, asysvd::Explanation<Scalar> why, const char* bias_of) const {
    std::ranges::stable_sort(why.shares, std::ranges::greater{}, [](const Share& s) { return std::abs(s.share); });
    std::printf("%8s  %10s\n%8.3f  %10s  in general: the mean, this user's and %s\n", "", "without it", why.bias, "",
                bias_of);
    auto shares = ordered_json::array();
    for (const auto& share : why.shares) {
      shares.push_back(json_of(share));
      shares.back()["without"] = share.without;
      std::printf("%+8.3f  %10.3f  because %s was %s\n", share.share, share.without, name(share).c_str(),
                  rated(share).c_str());
    }
    std::printf("%8.3f  %10s  in all", why.prediction, "");
    result["prediction"] = why.prediction;
    result["bias"] = why.bias;
    result["shares"] = shares;
  }
};

/// Needs no ratings: only what the model knows of its items.
struct Similar {
  std::string model_path;
  std::string item;
  asysvd::Size top = 10;
  TitlesOption titles;
  JsonOption json;

  explicit Similar(CLI::App& command) {
    command.add_option("--model", model_path, "File of a model")->required();
    command.add_option("--item", item, "Id of an item")->required();
    command.add_option("--top", top, "How many")->capture_default_str()->check(at_least_one);
    titles.add_to(command);
    json.add_to(command);
  }

  void run() {
    const auto loaded = load_model(model_path);
    titles.read();
    const auto index = loaded.items.find(item);
    if (!index) throw std::invalid_argument("--item " + item + ": the model does not know it");
    std::printf("like %s\n\n%4s  %6s\n", titles.name(item).c_str(), "", "cosine");
    auto list = ordered_json::array();
    for (const auto& [other, cosine] : loaded.model->similar_items(*index, top)) {
      const auto id = loaded.items.name(other);
      list.push_back({{"item", id}, {"title", titles(id)}, {"score", cosine}});
      std::printf("%4zu  %6.3f  %s\n", list.size(), cosine, titles.name(id).c_str());
    }
    json.write({{"item", item}, {"title", titles(item)}, {"similar", list}});
  }
};

template <class Command>
void add(CLI::App& program, const char* name, const char* what) {
  auto& command = *program.add_subcommand(name, what);
  const auto state = std::make_shared<Command>(command);
  command.callback([state] { state->run(); });
}

}  // namespace

void add_recommend(CLI::App& program) {
  add<Recommend>(program, "recommend", "What a user has not rated and may like");
}
void add_explain(CLI::App& program) {
  add<Explain>(program, "explain", "What a prediction, or a list of recommendations, rests on");
}
void add_similar(CLI::App& program) {
  add<Similar>(program, "similar", "Items that suit the same people");
}

}  // namespace cli
