// SPDX-License-Identifier: MIT
// The lecture's step, against a transcription of its lines of Python, and against the gradient that it is not.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_ratings.hpp"
#include "reference_descent.hpp"

using namespace asysvd;
using test::Matrix;

namespace {

Options lecture_options() {
  Options options;
  options.factors = 5;
  options.epochs = 2;
  options.learning_rate = 1e-5;
  options.schedule = Schedule::constant();
  options.regularization = {.x = 0.1, .y = 0, .q = 0.2, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
  options.rating_unit = 1;
  options.members = 1;
  options.averaging = 1;
  options.shrink = Shrink::per_sample;
  options.leave_one_out = false;
  options.initialization = Initialization::uniform(0, 1);
  return options;
}

struct InOrder {
  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [ratings](Random&, auto&& visit) {
      for (Index user = 0; user < ratings.rows(); ++user) {
        for (Index t = 0; t < ratings.row(user).size(); ++t) visit(user, t);
      }
    };
  }
};

/// user_factors_update = error · profile·H − λ W[profile]; item_factors_update = error · W[profile] − λ H[profile]
void transcribed_step(Matrix& w, Matrix& h, ProfileView<double> profile, std::size_t position, double eta,
                      double lambda_w, double lambda_h) {
  const auto factors = w.front().size();
  std::vector<double> estimated(factors, 0.0), update(factors, 0.0);
  for (std::size_t t = 0; t < profile.items.size(); ++t) {
    for (std::size_t f = 0; f < factors; ++f) {
      estimated[f] += profile.ratings[t] * w[profile.items[t]][f];
      update[f] += profile.ratings[t] * h[profile.items[t]][f];
    }
  }
  double predicted = 0;
  for (std::size_t f = 0; f < factors; ++f) predicted += estimated[f] * h[profile.items[position]][f];
  const double error = profile.ratings[position] - predicted / std::sqrt(static_cast<double>(profile.size()));
  for (const Index j : profile.items) {
    for (std::size_t f = 0; f < factors; ++f) {
      const double old = w[j][f];
      w[j][f] += eta * (error * update[f] - lambda_w * old);
      h[j][f] += eta * (error * old - lambda_h * h[j][f]);
    }
  }
}

}  // namespace

TEST_CASE("the notebook's step is the lecture's, line by line") {
  const auto ratings = test::random_ratings<double>(20, 15, 9, 1);
  const auto options = lecture_options();
  const SparseMatrixView<double>& view = ratings;
  auto reference =
      test::ReferenceModel::from(initial_members<double, RawFeedback>(view, options).front(), RawFeedback{}, view, 10);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    for (Size user = 0; user < ratings.rows(); ++user) {
      for (std::size_t t = 0; t < ratings.row(user).items.size(); ++t) {
        transcribed_step(reference.x, reference.q, ratings.row(user), t, options.learning_rate, 0.1, 0.2);
      }
    }
  }
  AsySVD<double, InOrder, RawFeedback, Dynamic, NotebookStep> model(options);
  model.fit(ratings);
  CHECK(test::largest_difference(model.parameters(), reference) < 1e-12);
  CHECK(test::largest_difference(initial_members<double, RawFeedback>(view, options).front(), reference) > 1e-3);
}

TEST_CASE("the lecture's update of W and H is far from the gradient") {
  const auto ratings = test::random_ratings<double>(20, 15, 9, 2);
  const SparseMatrixView<double>& view = ratings;
  auto options = lecture_options();
  options.regularization = {.x = 0, .y = 0, .q = 0, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
  const auto start =
      test::ReferenceModel::from(initial_members<double, RawFeedback>(view, options).front(), RawFeedback{}, view, 10);
  const auto cosine = [](const Matrix& from, const Matrix& a, const Matrix& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      for (std::size_t f = 0; f < from[i].size(); ++f) {
        const double u = a[i][f] - from[i][f];
        const double v = b[i][f] - from[i][f];
        ab += u * v;
        aa += u * u;
        bb += v * v;
      }
    }
    return ab / std::sqrt(aa * bb);
  };
  auto lecture = start;
  auto gradient = start;
  transcribed_step(lecture.x, lecture.q, ratings.row(1), 3, 1e-6, 0, 0);
  gradient.step(view, 1, 3, options, 1e-6, 0, 0);
  CHECK(cosine(start.x, lecture.x, gradient.x) < 0.95);
  CHECK(cosine(start.q, lecture.q, gradient.q) < 0.5);
}

TEST_CASE("the notebook's step refuses what the lecture does not do") {
  const auto ratings = test::random_ratings<double>(20, 15, 9, 3);
  auto options = lecture_options();
  options.leave_one_out = true;
  AsySVD<double, Uniform, RawFeedback, Dynamic, NotebookStep> leaving_out(options);
  CHECK_THROWS_WITH_AS(leaving_out.fit(ratings), doctest::Contains("leave_one_out"), std::invalid_argument);
  options = lecture_options();
  options.shrink = Shrink::per_visit;
  AsySVD<double, Uniform, RawFeedback, Dynamic, NotebookStep> per_visit(options);
  CHECK_THROWS_WITH_AS(per_visit.fit(ratings), doctest::Contains("Shrink::per_sample"), std::invalid_argument);
}
