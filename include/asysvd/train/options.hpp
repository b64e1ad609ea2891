// SPDX-License-Identifier: MIT
/// \file
/// What a fit is told: sizes, rates, regularization, where it starts, how long it lasts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>

#include <asysvd/detail/arguments.hpp>
#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {

/// λ of each kind of parameter, in the loss Σ (r − r̂)² + λ_x‖x‖² + λ_y‖y‖² + λ_q‖q‖² + λ_b(b_u² + b_i²). At least 0.
///
/// A λ at each rating holds an item of a thousand ratings a thousand times as strongly as one of a single rating, which
/// has as many errors to learn from. A λ of a whole item or user counts once an epoch however many ratings there are:
/// each of n ratings takes λ/n. Those who were rated little are then held the most.
struct Regularization {
  double x = 0.1;         ///< λ_x, of the factors that explicit feedback weighs
  double y = 0.1;         ///< λ_y, of the factors that implicit feedback adds up
  double q = 0;           ///< λ_q, of the item factors, at each of the item's ratings
  double bias = 0;        ///< λ_b, of b_u and b_i, at each of their ratings
  double whole_q = 7;     ///< of the item factors, shared out over the item's ratings
  double whole_user = 5;  ///< of b_u, shared out over the user's ratings
  double whole_item = 5;  ///< of b_i, shared out over the item's ratings
};

/// How often the rows x_j and y_j of a profile shrink by the factor 1 − ηλ.
enum class Shrink {
  per_visit,   ///< once for each user who rated the item, as in Koren's published pass
  per_sample,  ///< at each rating of each user who rated the item, as the plain loss has it
};

/// How the learning rate changes from epoch to epoch.
class Schedule {
 public:
  /// η throughout.
  [[nodiscard]] static constexpr Schedule constant() noexcept { return {Kind::constant, 0}; }
  /// η · decay^epoch, `decay` in (0, 1].
  [[nodiscard]] static constexpr Schedule exponential(double decay) noexcept { return {Kind::exponential, decay}; }
  /// η / (1 + rate · epoch), `rate` at least 0.
  [[nodiscard]] static constexpr Schedule inverse_time(double rate) noexcept { return {Kind::inverse_time, rate}; }
  /// From η down to η · final along half a cosine, `final` in (0, 1].
  [[nodiscard]] static constexpr Schedule cosine(double final) noexcept { return {Kind::cosine, final}; }

  /// What η is multiplied by in `epoch`, from 0, of `epochs`; a fit that goes on longer stays at the last of a cosine.
  [[nodiscard]] double factor(int epoch, int epochs) const noexcept {
    switch (kind_) {
      case Kind::exponential:
        return std::pow(parameter_, epoch);
      case Kind::inverse_time:
        return 1 / (1 + parameter_ * epoch);
      case Kind::cosine: {
        const double progress = epochs > 1 ? std::min(1.0, static_cast<double>(epoch) / (epochs - 1)) : 0.0;
        return parameter_ + (1 - parameter_) * (1 + std::cos(std::numbers::pi * progress)) / 2;
      }
      case Kind::constant:
        break;
    }
    return 1;
  }

  /// As it is written in code: `exponential(0.97)`.
  [[nodiscard]] std::string to_text() const {
    const auto with = [&](const char* name) { return std::string(name) + '(' + detail::to_text(parameter_) + ')'; };
    switch (kind_) {
      case Kind::exponential:
        return with("exponential");
      case Kind::inverse_time:
        return with("inverse_time");
      case Kind::cosine:
        return with("cosine");
      case Kind::constant:
        break;
    }
    return "constant()";
  }

  /// The schedule that `to_text` writes so. Throws `std::invalid_argument` if there is none.
  [[nodiscard]] static Schedule from_text(std::string_view text) {
    if (text == "constant()") return constant();
    if (const auto p = detail::arguments(text, "exponential"); p.size() == 1) return exponential(p[0]);
    if (const auto p = detail::arguments(text, "inverse_time"); p.size() == 1) return inverse_time(p[0]);
    if (const auto p = detail::arguments(text, "cosine"); p.size() == 1) return cosine(p[0]);
    detail::throw_invalid("Schedule::from_text", "text", '"' + std::string(text) + '"',
                          "constant(), exponential(decay), inverse_time(rate) or cosine(final)");
  }

  /// Throws `std::invalid_argument` if the parameter is out of its range.
  void validate() const {
    const bool fraction = parameter_ > 0 && parameter_ <= 1;
    switch (kind_) {
      case Kind::exponential:
        return detail::require(fraction, "Schedule::exponential", "decay", parameter_, "more than 0 and at most 1");
      case Kind::inverse_time:
        return detail::require(detail::is_finite(parameter_) && parameter_ >= 0, "Schedule::inverse_time", "rate",
                               parameter_, "a finite number of at least 0");
      case Kind::cosine:
        return detail::require(fraction, "Schedule::cosine", "final", parameter_, "more than 0 and at most 1");
      case Kind::constant:
        return;
    }
  }

 private:
  enum class Kind { constant, exponential, inverse_time, cosine };
  constexpr Schedule(Kind kind, double parameter) noexcept : kind_(kind), parameter_(parameter) {}

  Kind kind_;
  double parameter_;
};

/// What q, x and y hold before the first epoch.
class Initialization {
 public:
  /// N(0, σ²/k): with `sigma` = σ and k factors, a row has the norm σ on average, whatever k is.
  [[nodiscard]] static constexpr Initialization normal(double sigma) noexcept { return {Kind::normal, 0, sigma}; }
  /// Uniform on [low, high): the lecture's start is `uniform(0, 1)`.
  [[nodiscard]] static constexpr Initialization uniform(double low, double high) noexcept {
    return {Kind::uniform, low, high};
  }

  /// One draw for a model of `factors` factors.
  template <class Random>
  [[nodiscard]] double draw(Random& random, int factors) const {
    if (kind_ == Kind::normal) return random.normal() * second_ / std::sqrt(factors);
    return first_ + (second_ - first_) * random.uniform();
  }

  /// As it is written in code: `normal(0.1)`.
  [[nodiscard]] std::string to_text() const {
    if (kind_ == Kind::normal) return "normal(" + detail::to_text(second_) + ')';
    return "uniform(" + detail::to_text(first_) + ", " + detail::to_text(second_) + ')';
  }

  /// The start that `to_text` writes so. Throws `std::invalid_argument` if there is none.
  [[nodiscard]] static Initialization from_text(std::string_view text) {
    if (const auto p = detail::arguments(text, "normal"); p.size() == 1) return normal(p[0]);
    if (const auto p = detail::arguments(text, "uniform"); p.size() == 2) return uniform(p[0], p[1]);
    detail::throw_invalid("Initialization::from_text", "text", '"' + std::string(text) + '"',
                          "normal(sigma) or uniform(low, high)");
  }

  /// Throws `std::invalid_argument` unless the start can learn. Zeros can't: the gradient of q is e·p and that of x and
  /// y is e·q, so where all of them are 0 every update is 0, and the biases alone would learn.
  void validate() const {
    constexpr auto why =
        "another start than all zeros, from which no factor ever moves: the gradient of q is a "
        "multiple of p, and that of x and y a multiple of q";
    const char* const name = kind_ == Kind::normal ? "Initialization::normal" : "Initialization::uniform";
    detail::require(detail::is_finite(first_) && detail::is_finite(second_), name, "a parameter",
                    detail::is_finite(first_) ? second_ : first_, "a finite number");
    detail::require(second_ != 0 || first_ != 0, name, "the start", second_, why);
    if (kind_ == Kind::normal) {
      detail::require(second_ > 0, name, "sigma", second_, "a number greater than 0");
    } else {
      detail::require(first_ < second_, name, "high", second_, "a number greater than low");
    }
  }

 private:
  enum class Kind { normal, uniform };
  constexpr Initialization(Kind kind, double first, double second) noexcept
      : kind_(kind), first_(first), second_(second) {}

  Kind kind_;
  double first_;
  double second_;
};

/// Everything about a model but its types. The defaults are one set for all data: what depends on the scale of the
/// ratings is found from them, and no λ grows with their number.
struct Options {
  int factors = 50;                          ///< k, 1 to 65536; ignored where the type of the model fixes it
  int epochs = 30;                           ///< at least 1
  double learning_rate = 0.012;              ///< η, more than 0; η·λ must stay below 1 for each λ
  Schedule schedule = Schedule::constant();  ///< of η
  Regularization regularization = {};        ///< each λ
  Shrink shrink = Shrink::per_visit;         ///< how often x_j and y_j shrink
  bool leave_one_out = true;                 ///< while learning from (u, i), leave i out of the profile that makes p_u
  Initialization initialization = Initialization::normal(0.1);  ///< of q, x and y
  /// The unit of the ratings. A fit runs on the ratings divided by it, where all the formulas hold as they are written,
  /// and then turns the parameters into those of the ratings as they are: so the same η and λ serve ratings of one to
  /// five stars and of 0 to 100. 0: found from the ratings, as what the biases leave to be learned:
  /// √(mean of (r − μ − b̃_u − b̃_i)²) / 0.92, which is about 1 for one to five stars.
  double rating_unit = 0;
  double user_shrinkage = 10;  ///< b̃_u and the bias of a new user: Σ (r − μ − b_i) / (user_shrinkage + n)
  double item_shrinkage = 25;  ///< b̃_i = Σ (r − μ) / (item_shrinkage + number of ratings)
  /// How many models, of k/members factors each, learn side by side and are averaged into the one of k factors; 1 to k.
  /// 0: as many as have about ten factors each. Always 1 where the type of the model fixes k.
  int members = 0;
  /// The weight of each epoch in the average over the epochs that the model holds in the end, in (0, 1]; the weight of
  /// the earlier ones falls exponentially. 1: no average, the last epoch alone.
  double averaging = 0.05;
  std::uint64_t seed = 42;  ///< the same seed and data give the same model, bit for bit

  /// How many members there are, and the factors of each, from 0 on.
  [[nodiscard]] int member_count() const noexcept { return members > 0 ? members : std::max(1, (factors + 5) / 10); }
  /// The factors of a member, `member` from 0 on: they add up to `factors`.
  [[nodiscard]] int member_factors(int member) const noexcept {
    return factors / member_count() + (member < factors % member_count() ? 1 : 0);
  }

  /// Throws `std::invalid_argument` naming the first option that is out of its range.
  void validate() const {
    const auto check = [](bool holds, const char* name, auto value, const char* range) {
      detail::require(holds, "Options", name, value, range);
    };
    const auto not_negative = [&](const char* name, double value) {
      check(detail::is_finite(value) && value >= 0, name, value, "a finite number of at least 0");
    };
    check(factors >= 1 && factors <= 65536, "factors", factors, "1 to 65536");
    check(epochs >= 1, "epochs", epochs, "at least 1");
    check(detail::is_finite(learning_rate) && learning_rate > 0, "learning_rate", learning_rate,
          "a finite number greater than 0");
    const auto lambda = [&](const char* name, double value) {
      not_negative(name, value);
      check(learning_rate * value < 1, name, value, "less than 1 / learning_rate");
    };
    lambda("regularization.x", regularization.x);
    lambda("regularization.y", regularization.y);
    lambda("regularization.q", regularization.q);
    lambda("regularization.bias", regularization.bias);
    not_negative("regularization.whole_q", regularization.whole_q);
    not_negative("regularization.whole_user", regularization.whole_user);
    not_negative("regularization.whole_item", regularization.whole_item);
    check(members >= 0 && members <= factors, "members", members, "0, or 1 to the number of factors");
    check(detail::is_finite(averaging) && averaging > 0 && averaging <= 1, "averaging", averaging,
          "more than 0 and at most 1");
    check(detail::is_finite(rating_unit) && rating_unit >= 0, "rating_unit", rating_unit,
          "0, or a finite number greater than 0");
    not_negative("user_shrinkage", user_shrinkage);
    not_negative("item_shrinkage", item_shrinkage);
    schedule.validate();
    initialization.validate();
  }
};

}  // namespace v0_1
}  // namespace asysvd
