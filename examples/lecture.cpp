// SPDX-License-Identifier: MIT
// The lecture that this library answers, step by step: "Practice 07b - MF AsySVD" of the course on recommender systems
// at Politecnico di Milano, which trains on MovieLens-10M in Python. What it printed stands in brackets beside what is
// printed here, on generated ratings, or on a file: example_lecture ratings.dat
#include <asysvd/data/reader.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <cmath>
#include <cstdio>
#include <exception>
#include <stdexcept>

using namespace asysvd;

namespace {

using Ratings = SparseMatrix<double>;

/// 100,000 ratings drawn with replacement: what the lecture does between two lines of its output.
struct HundredThousand {
  static constexpr int samples = 100'000;

  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [ratings](Random& random, auto&& visit) {
      for (int draw = 0; draw < samples; ++draw) {
        const auto rating = static_cast<Size>(random.below(static_cast<std::uint64_t>(ratings.nonzeros())));
        const Size user = ratings.user_of(rating);
        visit(static_cast<Index>(user), static_cast<Index>(rating - ratings.offset(user)));
      }
    };
  }
};

/// The lecture's model: ten factors, random on [0, 1), its own update, no biases, nothing left out.
Options lecture_options(double learning_rate, double lambda) {
  Options options;
  options.factors = 10;
  options.epochs = 10;
  options.learning_rate = learning_rate;
  options.schedule = Schedule::constant();
  options.regularization = {
      .x = lambda, .y = 0, .q = lambda, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
  options.rating_unit = 1;
  options.members = 1;
  options.averaging = 1;
  options.shrink = Shrink::per_sample;
  options.leave_one_out = false;
  options.initialization = Initialization::uniform(0, 1);
  return options;
}

double prediction(const Parameters<double>& parameters, ProfileView<double> profile, Index item) {
  return AsySVD<double, Uniform, RawFeedback>::restore({}, parameters).score(profile, item);
}

/// One sample, one update with the lecture's first rate, and the prediction after it.
void one_update(const Ratings& train, Parameters<double> parameters, Index user, std::size_t position) {
  const auto profile = train.row(user);
  const Index item = profile.items[position];
  const double rating = profile.ratings[position];
  const double before = prediction(parameters, profile, item);
  const auto options = lecture_options(1e-4, 1e-5);
  const RawFeedback feedback;
  NotebookStep::Pass<double, RawFeedback, Dynamic> step(parameters, feedback, options);
  step.apply({profile, user, position, 0, 1},
             detail::Rates<double>(options, options.learning_rate, rating_counts<double>(train)));
  const double after = prediction(parameters, profile, item);
  std::printf("  prediction %.2f, error %.2f; after one update %.2f, error %.2f\n", before, rating - before, after,
              rating - after);
}

}  // namespace

int main(int argc, char** argv) try {
  const auto all = argc > 1 ? read_ratings<double>(argv[1]).ratings : [] {
    const auto generated = synthetic(movielens_1m()).ratings;
    std::vector<Rating<double>> triplets;
    for (Index user = 0; user < generated.rows(); ++user) {
      const auto row = generated.row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) triplets.push_back({user, row.items[t], row.ratings[t]});
    }
    return Ratings::from_triplets(generated.rows(), generated.cols(), triplets);
  }();
  const auto train = holdout(all, 0.2, 42).train;
  std::printf("%lld ratings to train on [8,000,043]\n\n", static_cast<long long>(train.nonzeros()));

  std::printf("Step 1: two matrices of random numbers, %lld x 10 [10,681 x 10]\n",
              static_cast<long long>(train.cols()));
  auto parameters = initial_members<double, RawFeedback>(train, lecture_options(1e-4, 1e-5)).front();
  std::printf("  the first row of each: %.3f %.3f ... and %.3f %.3f ...\n\n", parameters.x.row(0)[0],
              parameters.x.row(0)[1], parameters.q.row(0)[0], parameters.q.row(0)[1]);

  Random random(7);
  const auto rating = static_cast<Size>(random.below(static_cast<std::uint64_t>(train.nonzeros())));
  const auto user = static_cast<Index>(train.user_of(rating));
  const auto position = static_cast<std::size_t>(rating - train.offset(user));
  std::printf("Steps 2 and 3: one sample (user %d, item %d, rating %.1f) [user 60134, item 1011, rating 3.0]\n", user,
              train.row(user).items[position], train.row(user).ratings[position]);
  one_update(train, parameters, user, position);
  std::printf("  [prediction 343.72, error -340.72; after one update 335.83]\n");
  std::printf(
      "  The update is no gradient: it grows with the profile, and at this rate overshoots for most users.\n\n");

  std::printf("Starting from zeros\n");
  auto zeros = parameters;
  zeros.x = zeros.q = FactorMatrix<double>(train.cols(), 10);
  one_update(train, zeros, user, position);
  std::printf("  [prediction 0.00, error 3.00; after one update 0.00, error 3.00]\n");
  try {
    auto options = lecture_options(1e-4, 1e-5);
    options.initialization = Initialization::uniform(0, 0);
    options.validate();
  } catch (const std::invalid_argument& error) {
    std::printf("  so the library refuses it: %s\n\n", error.what());
  }

  std::printf("The training loop [Iteration 1000000 in 344.65 seconds, loss is 226.47. Samples per second 2901.46]\n");
  AsySVD<double, HundredThousand, RawFeedback, 10, NotebookStep> lecture(lecture_options(1e-9, 1e-1));
  double loss = 0;
  double seconds = 0;
  lecture.fit(train, {}, [&](const Progress& progress) {
    loss += progress.epoch.train_rmse * progress.epoch.train_rmse;
    seconds += progress.epoch.seconds;
    std::printf("  Iteration %d in %.2f seconds, loss is %.2f. Samples per second %.0f\n",
                progress.epoch.epoch * HundredThousand::samples, seconds, loss / progress.epoch.epoch,
                progress.samples_per_second);
  });

  std::printf("\nThe gradient instead, by the exact user pass, ten epochs of all ratings\n");
  AsySVD<double> model({.factors = 10, .epochs = 10});
  const auto report = model.fit(train, {}, [](const Progress& progress) {
    std::printf("  Epoch %d in %.2f seconds, loss is %.4f. Samples per second %.0f\n", progress.epoch.epoch,
                progress.epoch.seconds, progress.epoch.train_rmse * progress.epoch.train_rmse,
                progress.samples_per_second);
  });

  constexpr double samples = 8e6 * 10;
  std::printf("\nTen epochs of MovieLens-10M: %.2f hours at the lecture's pace, %.1f seconds at this one\n",
              samples / 2901.46 / 3600, samples / report.samples_per_second());
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
