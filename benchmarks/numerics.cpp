// SPDX-License-Identifier: MIT
// What rounding does to a fit: `float` beside `double`, and the exact user pass beside the loop that goes through the
// whole profile at each rating, which is the same arithmetic in another order. Prints tables; the ratings are
// generated.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>
#include <vector>

using namespace asysvd;

namespace {

/// The ratings in the order of `ByUser`, drawn by the same random numbers, one at a time.
struct OneByOne {
  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return
        [ratings, users = ByUser{}.start(ratings), order = std::vector<Index>()](Random& random, auto&& visit) mutable {
          users(random, [&](Index user) {
            order.resize(static_cast<std::size_t>(ratings.row(user).size()));
            std::iota(order.begin(), order.end(), 0);
            random.shuffle(std::span(order));
            for (const Index position : order) visit(user, position);
          });
        };
  }
};

template <class Scalar>
SparseMatrix<Scalar> in(const SparseMatrix<float>& ratings) {
  std::vector<Rating<Scalar>> triplets;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      triplets.push_back({static_cast<Index>(user), row.items[t], static_cast<Scalar>(row.ratings[t])});
    }
  }
  return SparseMatrix<Scalar>::from_triplets(ratings.rows(), ratings.cols(), triplets);
}

/// Plain descent, from the same start in each type and by the same steps in each order. The λ of rows that shrink at each
/// sample is small enough for the factors to grow.
Options options(int epochs) {
  return {.factors = 16,
          .epochs = epochs,
          .regularization = {.x = 0.002, .y = 0.002},
          .shrink = Shrink::per_sample,
          .rating_unit = 1,
          .members = 1,
          .averaging = 1};
}

/// The score of each rated cell after so many epochs.
template <class Scalar, class Sampler>
std::vector<double> scores(const SparseMatrix<float>& ratings, int epochs) {
  AsySVD<Scalar, Sampler> model(options(epochs));
  model.fit(in<Scalar>(ratings));
  std::vector<double> all;
  for (Size user = 0; user < ratings.rows(); ++user) {
    for (const Index item : ratings.row(user).items) all.push_back(model.score(static_cast<Index>(user), item));
  }
  return all;
}

double rmse(const std::vector<double>& scores, const SparseMatrix<float>& ratings) {
  double sum = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) sum += std::pow(scores[p] - ratings.values()[p], 2);
  return std::sqrt(sum / static_cast<double>(scores.size()));
}

/// Root of the mean square and the largest of the differences.
std::pair<double, double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0, largest = 0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    sum += std::pow(a[p] - b[p], 2);
    largest = std::max(largest, std::abs(a[p] - b[p]));
  }
  return {std::sqrt(sum / static_cast<double>(a.size())), largest};
}

void compare_orders_and_types(const SparseMatrix<float>& ratings) {
  std::puts("| epochs | RMSE, float | RMSE, double | float to double | pass to loop, float | pass to loop, double |");
  std::puts("|---|---|---|---|---|---|");
  for (const int epochs : {1, 10, 100}) {
    const auto pass = scores<float, ByUser>(ratings, epochs);
    const auto double_pass = scores<double, ByUser>(ratings, epochs);
    const auto types = differences(pass, double_pass);
    const auto orders = differences(pass, scores<float, OneByOne>(ratings, epochs));
    const auto double_orders = differences(double_pass, scores<double, OneByOne>(ratings, epochs));
    std::printf("| %d | %.6f | %.6f | %.1e, %.1e | %.1e, %.1e | %.1e, %.1e |\n", epochs, rmse(pass, ratings),
                rmse(double_pass, ratings), types.first, types.second, orders.first, orders.second, double_orders.first,
                double_orders.second);
  }
}

/// The least time of an epoch from factors of a magnitude, of five.
double seconds_from(const SparseMatrix<float>& ratings, double magnitude) {
  auto started = options(5);
  started.initialization = Initialization::normal(magnitude);
  double least = 1e9;
  AsySVD<float>(started).fit(ratings, {},
                             [&](const Progress& progress) { least = std::min(least, progress.epoch.seconds); });
  return least;
}

void compare_magnitudes(const SparseMatrix<float>& ratings) {
  std::puts("\n| factors start at about | time of an epoch |");
  std::puts("|---|---|");
  const double usual = seconds_from(ratings, 0.1);
  for (const double magnitude : {0.1, 1e-10, 1e-20, 1e-30, 1e-40}) {
    std::printf("| %g | %.2f |\n", magnitude, seconds_from(ratings, magnitude) / usual);
  }
}

}  // namespace

int main() {
  const auto ratings = synthetic(movielens_100k()).ratings;
  compare_orders_and_types(ratings);
  compare_magnitudes(ratings);
}
