// SPDX-License-Identifier: MIT
/// \file
/// What a matrix of ratings looks like, as a value and as text.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// How ratings are spread over users, or over items. Those without a rating count as well.
struct Spread {
  Size min = 0;       ///< least number of ratings
  double mean = 0;    ///< ratings / users, or / items
  double median = 0;  ///< of an even number of users, or items, the mean of the middle two
  Size max = 0;       ///< greatest number of ratings
  /// The Gini index, Σ_i Σ_j |n_i − n_j| / (2 N Σ_i n_i) for the N counts n_i: 0 if all are equal, near 1 if one has
  /// all. 0 where there are no ratings.
  double gini = 0;
};

/// Facts about a matrix of ratings. All are 0 where they would be undefined.
struct Statistics {
  Size users = 0;       ///< rows of the matrix
  Size items = 0;       ///< columns of the matrix
  Size ratings = 0;     ///< entries of the matrix
  double min = 0;       ///< least rating, as its shortest decimal: 9.99 also where it is a `float`
  double max = 0;       ///< greatest rating, likewise
  double mean = 0;      ///< μ
  double density = 0;   ///< ratings / (users · items)
  Spread per_user;      ///< ratings of each user
  Spread per_item;      ///< ratings of each item
  Size cold_users = 0;  ///< without a rating
  Size cold_items = 0;  ///< without a rating
  Size duplicates = 0;  ///< for a reader to fill in: a matrix has none left
};

namespace detail {

[[nodiscard]] inline Spread spread_of(std::vector<Size> counts) {
  if (counts.empty()) return {};
  std::ranges::sort(counts);
  const auto n = static_cast<double>(counts.size());
  double sum = 0;
  double weighted = 0;  // of the sorted counts: Σ_i Σ_j |n_i − n_j| = 2 Σ_i (2i − N − 1) n_i, i from 1
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    sum += count;
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * count;
  }
  const std::size_t middle = counts.size() / 2;
  const auto upper = static_cast<double>(counts[middle]);
  const double median = counts.size() % 2 == 1 ? upper : (upper + static_cast<double>(counts[middle - 1])) / 2;
  return {counts.front(), sum / n, median, counts.back(), sum > 0 ? weighted / (n * sum) : 0};
}

/// 1234567 as "1,234,567"; not for negative numbers.
[[nodiscard]] inline std::string with_commas(Size value) {
  const std::string digits = to_text(value);
  std::string text;
  for (std::size_t place = 0; place < digits.size(); ++place) {
    if (place > 0 && (digits.size() - place) % 3 == 0) text += ',';
    text += digits[place];
  }
  return text;
}

/// `value` with so many decimal places.
[[nodiscard]] inline std::string with_places(double value, int places) {
  char buffer[400];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, places);
  return {buffer, end};
}

}  // namespace detail

/// The facts about a matrix, sums in `double`. O(ratings + users log users + items log items). What the view borrows
/// must be valid (`SparseMatrixView::validate()`): not checked.
template <std::floating_point Scalar>
[[nodiscard]] Statistics statistics(const SparseMatrixView<Scalar>& ratings) {
  Statistics facts;
  facts.users = ratings.rows();
  facts.items = ratings.cols();
  facts.ratings = ratings.nonzeros();
  std::vector<Size> per_user;
  per_user.reserve(static_cast<std::size_t>(ratings.rows()));
  for (Size user = 0; user < ratings.rows(); ++user) per_user.push_back(ratings.row(user).size());
  std::vector<Size> per_item(static_cast<std::size_t>(ratings.cols()), 0);
  for (const Index item : ratings.items()) ++per_item[item];
  facts.cold_users = std::ranges::count(per_user, 0);
  facts.cold_items = std::ranges::count(per_item, 0);
  facts.per_user = detail::spread_of(std::move(per_user));
  facts.per_item = detail::spread_of(std::move(per_item));
  if (facts.ratings == 0) return facts;

  const auto [least, greatest] = std::ranges::minmax(ratings.values());
  facts.min = detail::as_written(least);
  facts.max = detail::as_written(greatest);
  double sum = 0;
  for (const Scalar rating : ratings.values()) sum += rating;
  facts.mean = sum / static_cast<double>(facts.ratings);
  facts.density =
      static_cast<double>(facts.ratings) / static_cast<double>(facts.users) / static_cast<double>(facts.items);
  return facts;
}

/// A few aligned lines, for a terminal.
[[nodiscard]] inline std::string to_text(const Statistics& facts) {
  using detail::with_commas;
  using detail::with_places;
  const auto pad = [](const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
  };
  const auto line = [&](const char* name, const std::string& value) {
    return std::string(name) + std::string(14 - std::string(name).size(), ' ') + value + '\n';
  };
  const auto spread = [&](const char* name, const Spread& s) {
    return line(name, pad(with_commas(s.min), 9) + pad(with_places(s.mean, 1), 11) + pad(with_places(s.median, 1), 11) +
                          pad(with_commas(s.max), 11) + pad(with_places(s.gini, 3), 8));
  };
  return line("users", with_commas(facts.users) + " (" + with_commas(facts.cold_users) + " without a rating)") +
         line("items", with_commas(facts.items) + " (" + with_commas(facts.cold_items) + " without a rating)") +
         line("ratings", with_commas(facts.ratings) + ", " + with_places(100 * facts.density, 3) + " % of all pairs") +
         line("duplicates", with_commas(facts.duplicates)) +
         line("values", detail::to_text(facts.min) + " to " + detail::to_text(facts.max) + ", mean " +
                            with_places(facts.mean, 4)) +
         line("", pad("min", 9) + pad("mean", 11) + pad("median", 11) + pad("max", 11) + pad("Gini", 8)) +
         spread("per user", facts.per_user) + spread("per item", facts.per_item);
}

}  // namespace v0_1
}  // namespace asysvd
