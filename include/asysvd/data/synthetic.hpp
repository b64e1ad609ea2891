// SPDX-License-Identifier: MIT
/// \file
/// Generated ratings in the shape of published sets, with a structure that is known.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/data/detail/alias_table.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// The shape of the ratings, and the structure that is planted in them.
///
/// A rating is the nearest step of the scale to z + noise, z = mean + b_u + b_i + taste · t_ui. The biases are normal,
/// and b_i is correlated with the popularity of i; t_ui is the scalar product of two normal vectors of length `rank`,
/// of variance 1 over all pairs. Users take to what they like: user u rates item i with a chance proportional to the
/// popularity of i, which is about log-normal, and to 1 / (1 + exp(−t_ui)). So which items a profile holds tells
/// something.
struct SyntheticOptions {
  Size users = 943;                ///< at least 1
  Size items = 1682;               ///< at least 1
  Size ratings = 100'000;          ///< users · min_per_user to users · max_per_user
  Size min_per_user = 20;          ///< at least 0
  Size max_per_user = 737;         ///< at least `min_per_user`
  double activity_spread = 1.3;    ///< σ of the logarithm of a user's ratings beyond the least, 0 to 5
  double popularity_spread = 1.8;  ///< σ of the logarithm of an item's popularity, 0 to 5
  double min_rating = 1;           ///< least step of the scale
  double max_rating = 5;           ///< greatest step of the scale
  double rating_step = 1;          ///< goes into the scale a whole number of times, 1 to 1000
  double mean = 3.1;               ///< of z
  double user_bias = 0.42;         ///< σ of b_u
  double item_bias = 0.45;         ///< σ of b_i
  double popular_bias = 0.5;       ///< correlation of b_i and the logarithm of popularity, −1 to 1
  double taste = 0.45;             ///< σ of the part that factors explain
  double noise = 0.8;              ///< σ of what nothing explains, more than 0
  int rank = 8;                    ///< length of the planted vectors, at least 1
  std::uint64_t seed = 42;         ///< the same seed and options give the same ratings, bit for bit
};

/// MovieLens-100K: 943 users, 1,682 items, whole stars.
[[nodiscard]] inline SyntheticOptions movielens_100k() {
  return {};
}

/// MovieLens-1M: 6,040 users, 3,706 items, whole stars.
[[nodiscard]] inline SyntheticOptions movielens_1m() {
  return {.users = 6040, .items = 3706, .ratings = 1'000'209, .max_per_user = 2314};
}

/// MovieLens-10M: 69,878 users, 10,681 items, half stars.
[[nodiscard]] inline SyntheticOptions movielens_10m() {
  return {.users = 69'878,
          .items = 10'681,
          .ratings = 10'000'054,
          .max_per_user = 7359,
          .popularity_spread = 2.3,
          .min_rating = 0.5,
          .rating_step = 0.5,
          .noise = 0.84};
}

/// The Netflix Prize: 480,189 users, 17,770 items, whole stars.
[[nodiscard]] inline SyntheticOptions netflix() {
  return {.users = 480'189,
          .items = 17'770,
          .ratings = 100'480'507,
          .min_per_user = 1,
          .max_per_user = 17'653,
          .popularity_spread = 2.3,
          .noise = 0.84};
}

/// Generated ratings, and how well they could be predicted.
struct Synthetic {
  SparseMatrix<float> ratings;  ///< users × items
  /// The RMSE of the best predictor there is: the one that knows every planted number and predicts the mean of the
  /// rating given z. What is left is noise and rounding.
  double error_floor = 0;
};

namespace detail {

/// `count` draws from the normal distribution.
[[nodiscard]] inline std::vector<double> normals(Size count, Random& random) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = random.normal();
  return values;
}

/// Popularity is log-normal but for its upper end, which is bent down: in the published sets even the most popular item
/// was rated by no more than about half of the users.
[[nodiscard]] inline double bent(double z) noexcept {
  return z > 0 ? z - z * z / 12 : z;
}

/// How many items each user rates: min + log-normal, cut off at max, adding up to `options.ratings` exactly.
[[nodiscard]] inline std::vector<Size> activities(const SyntheticOptions& options, Random& random) {
  const Size most = std::min(options.max_per_user, options.items);
  auto excess = normals(options.users, random);
  for (double& value : excess) value = std::exp(options.activity_spread * value);
  const auto counts_at = [&](double scale) {
    std::vector<Size> counts;
    for (const double value : excess) {
      const double beyond = std::min(scale * value, static_cast<double>(most - options.min_per_user));
      counts.push_back(options.min_per_user + static_cast<Size>(beyond));
    }
    return counts;
  };
  const auto total = [](const std::vector<Size>& counts) { return std::reduce(counts.begin(), counts.end()); };
  double low = 0;
  double high = 1;
  // Beyond this scale everybody is at the cut-off, but for a value of exp(−40 σ).
  while (total(counts_at(high)) < options.ratings && high < 1e30) high *= 2;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (total(counts_at(middle)) > options.ratings ? high : low) = middle;
  }
  auto counts = counts_at(low);
  for (Size left = options.ratings - total(counts); left > 0;) {
    Size& count = counts[random.below(static_cast<std::uint64_t>(options.users))];
    if (count == most) continue;
    ++count;
    --left;
  }
  return counts;
}

/// The mean of a rating given z, E[clamp(round(z + noise))] = min + step · Σ_v P(z + noise > v − step/2) over the steps
/// v above the least, out of a table.
class ExpectedRating {
 public:
  explicit ExpectedRating(const SyntheticOptions& options) : low_(options.min_rating - margin * reach(options)) {
    const double high = options.max_rating + margin * reach(options);
    const auto steps = std::lround((options.max_rating - options.min_rating) / options.rating_step);
    per_unit_ = (points - 1) / (high - low_);
    for (int point = 0; point < points; ++point) {
      const double z = low_ + point / per_unit_;
      double mean = options.min_rating;
      for (int step = 1; step <= steps; ++step) {
        const double distance = (options.min_rating + (step - 0.5) * options.rating_step - z) / options.noise;
        mean += options.rating_step * std::erfc(distance / std::numbers::sqrt2) / 2;
      }
      table_[static_cast<std::size_t>(point)] = mean;
    }
  }

  [[nodiscard]] double operator()(double z) const noexcept {
    const double place = std::clamp((z - low_) * per_unit_, 0.0, points - 1.001);
    const auto index = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(index);
    return (1 - part) * table_[index] + part * table_[index + 1];
  }

 private:
  static constexpr int points = 4096;
  static constexpr double margin = 6;  // beyond so many σ of the noise the mean is that of the end of the scale
  static double reach(const SyntheticOptions& options) { return options.noise + options.rating_step; }

  double low_;
  double per_unit_ = 0;
  std::array<double, points> table_{};
};

inline void validate(const SyntheticOptions& options) {
  const auto check = [](bool holds, const char* name, auto value, const char* range) {
    require(holds, "SyntheticOptions", name, value, range);
  };
  constexpr Size most_index = 2'147'483'647;
  check(options.users >= 1 && options.users <= most_index, "users", options.users, "1 to 2147483647");
  check(options.items >= 1 && options.items <= most_index, "items", options.items, "1 to 2147483647");
  const Size most = std::min(options.max_per_user, options.items);
  check(options.min_per_user >= 0 && options.min_per_user <= most, "min_per_user", options.min_per_user,
        "0 to max_per_user and to items");
  check(options.ratings >= options.users * options.min_per_user && options.ratings <= options.users * most, "ratings",
        options.ratings, "what users with min_per_user to max_per_user ratings, of as many items, can have");
  const auto within = [&](const char* name, double value, double least, double greatest, const char* range) {
    check(is_finite(value) && value >= least && value <= greatest, name, value, range);
  };
  within("activity_spread", options.activity_spread, 0, 5, "0 to 5");
  // Beyond, a few items have so much of the popularity that drawing others would not end.
  within("popularity_spread", options.popularity_spread, 0, 5, "0 to 5");
  // Beyond any scale, and short of where a sum or a `float` would overflow.
  constexpr double far = 1e6;
  within("min_rating", options.min_rating, -far, far, "-1e6 to 1e6");
  within("max_rating", options.max_rating, -far, far, "-1e6 to 1e6");
  within("mean", options.mean, -far, far, "-1e6 to 1e6");
  within("user_bias", options.user_bias, 0, far, "0 to 1e6");
  within("item_bias", options.item_bias, 0, far, "0 to 1e6");
  within("popular_bias", options.popular_bias, -1, 1, "-1 to 1");
  within("taste", options.taste, 0, far, "0 to 1e6");
  within("noise", options.noise, std::numeric_limits<double>::min(), far, "more than 0 and at most 1e6");
  // A scale that ends between two steps would have ratings there, and the floor would be wrong.
  const double steps = (options.max_rating - options.min_rating) / options.rating_step;
  check(is_finite(options.rating_step) && options.rating_step > 0 && steps > 0.5 && steps <= 1000 &&
            std::abs(steps - std::round(steps)) < 1e-6,
        "rating_step", options.rating_step,
        "a step that goes 1 to 1000 times, a whole number, into the scale from min_rating up to max_rating");
  check(options.rank >= 1, "rank", options.rank, "at least 1");
}

/// Chooses which items a user rates.
class ItemChooser {
 public:
  explicit ItemChooser(std::vector<double> popularity)
      : popularity_(std::move(popularity)), table_(popularity_), stamp_(popularity_.size(), -1) {}

  /// Appends `count` different items, in ascending order, each drawn with a chance proportional to its popularity times
  /// `liking(item)`, which lies in [0, 1]. `user` must differ from call to call.
  template <class Liking>
  void choose(Index user, Size count, Liking liking, Random& random, std::vector<Index>& chosen) {
    const auto begin = static_cast<std::ptrdiff_t>(chosen.size());
    // Drawing again and again until an item is new gets slow when many have been taken.
    if (8 * count > static_cast<Size>(popularity_.size())) {
      choose_many(count, liking, random, chosen);
    } else {
      while (static_cast<Size>(chosen.size()) < begin + count) {
        const Index item = table_.draw(random);
        if (stamp_[item] == user || random.uniform() >= liking(item)) continue;
        stamp_[item] = user;
        chosen.push_back(item);
      }
    }
    std::sort(chosen.begin() + begin, chosen.end());
  }

 private:
  /// The items with the smallest of independent exponential times, each at the rate of its weight: Efraimidis and
  /// Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 2006.
  template <class Liking>
  void choose_many(Size count, Liking liking, Random& random, std::vector<Index>& chosen) {
    times_.clear();
    for (Index item = 0; item < static_cast<Index>(popularity_.size()); ++item) {
      times_.emplace_back(-std::log(1 - random.uniform()) / (popularity_[item] * liking(item)), item);
    }
    std::nth_element(times_.begin(), times_.begin() + (count - 1), times_.end());
    for (Size t = 0; t < count; ++t) chosen.push_back(times_[t].second);
  }

  std::vector<double> popularity_;
  AliasTable table_;
  std::vector<Index> stamp_;  // the last user who was given the item
  std::vector<std::pair<double, Index>> times_;
};

}  // namespace detail

/// Generates ratings. The same options give the same bits, as far as `std::exp` and `std::log` do. O(ratings · rank),
/// beyond the matrix O(users + items · rank) of memory. Throws `std::invalid_argument` if an option is out of its
/// range.
[[nodiscard]] inline Synthetic synthetic(const SyntheticOptions& options) {
  detail::validate(options);
  Random random(options.seed);
  const auto activity = detail::activities(options, random);

  auto popularity = detail::normals(options.items, random);
  auto item_bias = detail::normals(options.items, random);
  const double own = std::sqrt(1 - options.popular_bias * options.popular_bias);
  for (std::size_t i = 0; i < popularity.size(); ++i) {
    item_bias[i] = options.item_bias * (options.popular_bias * popularity[i] + own * item_bias[i]);
    popularity[i] = std::exp(options.popularity_spread * detail::bent(popularity[i]));
  }
  const auto rank = static_cast<std::size_t>(options.rank);
  const auto item_vectors = detail::normals(options.items * options.rank, random);
  std::vector<double> user_vector(rank);
  const auto match = [&](Index item) {
    const double* const vector = item_vectors.data() + static_cast<std::size_t>(item) * rank;
    return std::inner_product(user_vector.begin(), user_vector.end(), vector, 0.0);
  };

  std::vector<Size> offsets{0};
  std::vector<Index> items;
  std::vector<float> values;
  items.reserve(static_cast<std::size_t>(options.ratings));
  values.reserve(static_cast<std::size_t>(options.ratings));
  detail::ItemChooser chooser(std::move(popularity));
  const detail::ExpectedRating expected(options);
  double squared_error = 0;
  for (Index user = 0; user < static_cast<Index>(options.users); ++user) {
    const double user_bias = options.user_bias * random.normal();
    for (double& value : user_vector) value = random.normal() / std::sqrt(options.rank);
    const auto liking = [&](Index item) { return 1 / (1 + std::exp(-match(item))); };
    chooser.choose(user, activity[user], liking, random, items);
    for (std::size_t p = values.size(); p < items.size(); ++p) {
      const double z = options.mean + user_bias + item_bias[items[p]] + options.taste * match(items[p]);
      const double steps = std::round((z + options.noise * random.normal() - options.min_rating) / options.rating_step);
      const double rating =
          std::clamp(options.min_rating + steps * options.rating_step, options.min_rating, options.max_rating);
      const double error = rating - expected(z);
      squared_error += error * error;
      values.push_back(static_cast<float>(rating));
    }
    offsets.push_back(static_cast<Size>(items.size()));
  }
  return {SparseMatrix<float>(options.items, std::move(offsets), std::move(items), std::move(values)),
          options.ratings > 0 ? std::sqrt(squared_error / static_cast<double>(options.ratings)) : 0};
}

}  // namespace v0_1
}  // namespace asysvd
