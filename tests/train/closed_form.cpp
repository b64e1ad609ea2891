// SPDX-License-Identifier: MIT
// The closed form against dense algebra. Factors have no fixed signs and rotations: predictions are compared.
#include <asysvd/train/closed_form.hpp>

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

using Dense = Eigen::MatrixXd;

Dense weights_of(const SparseMatrix<double>& ratings, const InteractionFeedback& feedback, double user_exponent) {
  Dense r = Dense::Zero(ratings.rows(), ratings.cols());
  for (Size u = 0; u < ratings.rows(); ++u) {
    const auto row = ratings.row(u);
    for (Size t = 0; t < row.size(); ++t) r(u, row.items[t]) = feedback.weight(row.ratings[t]);
  }
  const Eigen::ArrayXd n = (r.array() != 0).cast<double>().rowwise().sum();
  const double mean = n.sum() / static_cast<double>((n > 0).count());
  return (n > 0).select((n / mean).pow(-user_exponent / 2), 0).matrix().asDiagonal() * r;
}

struct Problem {
  Dense r, g, a, d, sqrt_ridge;

  Problem(const SparseMatrix<double>& ratings, const RankingOptions& o, const InteractionFeedback& feedback)
      : r(weights_of(ratings, feedback, o.user_exponent)), g(r.transpose() * r) {
    const Eigen::VectorXd n = g.diagonal();
    const Eigen::VectorXd ridge = n.array() * o.dropout / (1 - o.dropout) + o.ridge;
    a = g + Dense(ridge.asDiagonal());
    sqrt_ridge = ridge.cwiseSqrt().asDiagonal();
    d = n.unaryExpr([&](double c) { return c > 0 ? std::pow(c, -o.popularity_exponent / 2) : 1.0; }).asDiagonal();
  }

  // As the derivation has it: V the first eigenvectors, W = A⁻¹ G D V, H = Vᵀ D⁻¹.
  Dense best(int k) const {
    const Dense inverse_g = a.llt().solve(g * d);
    const Eigen::SelfAdjointEigenSolver<Dense> pairs(d * g * inverse_g);
    const Dense v = pairs.eigenvectors().rightCols(k);
    return inverse_g * v * v.transpose() * d.inverse();
  }
  double loss(const Dense& b) const { return ((r - r * b) * d).squaredNorm() + (sqrt_ridge * b * d).squaredNorm(); }
};

Dense product(const Parameters<double>& p) {
  return p.x.matrix() * p.q.matrix().transpose();
}

RankingOptions exact(int factors) {
  RankingOptions options{.factors = factors};
  options.dropout = 0.4;
  options.ridge = 3;
  options.user_exponent = 0.7;
  options.leave_one_out = false;
  options.tolerance = 1e-10;
  return options;
}

}  // namespace

TEST_CASE("all routes give the predictions of the dense derivation, for each weighing and popularity exponent") {
  for (const Index users : {150, 60}) {  // more and fewer than items, of which nobody rated the last
    const auto ratings = test::random_ratings<double>(users, 90, 30, 3);
    for (const auto& feedback :
         {InteractionFeedback::binary(), InteractionFeedback::at_least(4), InteractionFeedback::weighted()}) {
      for (const double exponent : {0.0, 0.5, -0.3}) {
        for (const int factors : {1, 7, 20}) {
          auto options = exact(factors);
          options.popularity_exponent = exponent;
          const Problem problem(ratings, options, feedback);
          const Dense expected = problem.r * problem.best(factors);
          for (const Size dense_size : {Size{90}, Size{0}}) {
            INFO(users, " users, ", feedback.to_text(), ", exponent ", exponent, ", ", factors,
                 " factors, dense up to ", dense_size);
            options.dense_size = dense_size;
            const Dense b = product(closed_form(ratings, options, feedback));
            CHECK((problem.r * b - expected).norm() < 1e-7 * expected.norm());
            CHECK(b.col(89).norm() == 0);
          }
        }
      }
    }
  }
}

TEST_CASE("the factor of A or of the users' matrix stands for A⁻¹, and users without interactions do not count") {
  const auto close = [](Index users, Size dense_size) {
    const auto ratings = test::random_ratings<double>(users, 90, 30, 3);
    const auto options = exact(1);
    const Problem problem(ratings, options, {});
    const detail::Interactions<double> r(ratings, InteractionFeedback::binary(), options.user_exponent);
    const Eigen::VectorXd ridge = problem.a.diagonal() - problem.g.diagonal();
    Random random(4);
    const detail::ItemRows x = detail::ItemRows::NullaryExpr(90, 20, [&] { return random.normal(); });
    const Dense expected = problem.a.llt().solve(Dense(x));
    const detail::GramSolver solver(r, ridge, dense_size);
    return (solver(x) - expected).norm() < 1e-4 * expected.norm();
  };
  CHECK(close(150, 90));
  CHECK(!close(150, 89));
  CHECK(close(60, 59));  // user 0 rated nothing
  CHECK(!close(60, 40));

  const std::vector<std::int64_t> offsets{0, 0, 2, 2, 3};
  const std::vector<Index> items{0, 2, 1};
  const std::vector<double> values{5, 5, 5};
  const detail::Interactions<double> r(SparseMatrixView<double>(3, std::span(offsets), items, values),
                                       InteractionFeedback::binary());
  CHECK(r.users() == 2);
  const detail::ItemRows x = detail::ItemRows{{1, 2}, {3, 4}, {5, 6}};
  CHECK(r.times(x) == detail::ItemRows{{6, 8}, {3, 4}});
  CHECK(r.transpose_times(r.times(x)) == r.gram_times(x));
}

TEST_CASE("what float takes for singular is solved by the factor of a little more") {
  // Items 0 and 1 were always met together: 1 and 1 − 1e-9 are the same to float.
  const std::vector<std::int64_t> offsets{0, 2, 4, 6, 7};
  const std::vector<Index> items{0, 1, 0, 1, 0, 1, 2};
  const std::vector<double> values(items.size(), 5);
  const detail::Interactions<double> r(SparseMatrixView<double>(3, std::span(offsets), items, values),
                                       InteractionFeedback::binary());
  const Eigen::VectorXd ridge = Eigen::VectorXd::Constant(3, 1e-9);
  const detail::GramSolver solver(r, ridge, 3);
  const detail::ItemRows x{{1, 0}, {1, 0}, {0, 1}};
  const detail::ItemRows product = r.gram_times(x) + ridge.asDiagonal() * x;
  CHECK((solver(product) - x).norm() < 0.02);  // rounding, over the 1e-5 more, is 0.006; the diagonal alone gives 1.4
}

TEST_CASE("no step away from the optimum lowers the loss") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  const auto options = exact(6);
  const Problem problem(ratings, options, {});
  const auto parameters = closed_form(ratings, options);
  const double least = problem.loss(product(parameters));
  Random random(1);
  for (int trial = 0; trial < 50; ++trial) {
    Dense x = parameters.x.matrix(), q = parameters.q.matrix();
    for (double& value : x.reshaped()) value += 1e-3 * random.normal();
    for (double& value : q.reshaped()) value += 1e-3 * random.normal();
    CHECK(problem.loss(x * q.transpose()) >= least);
  }
}

TEST_CASE("with as many factors as items it is the full ridge regression, and further factors are zeros") {
  const auto ratings = test::random_ratings<double>(60, 25, 12, 8);
  const Problem problem(ratings, exact(1), {});
  const Dense full = problem.a.llt().solve(problem.g);
  for (const int factors : {25, 40}) {
    const auto parameters = closed_form(ratings, exact(factors));
    CHECK((product(parameters) - full).norm() < 1e-8 * full.norm());
    CHECK(parameters.factors() == factors);
    CHECK(parameters.q.row(3).tail(factors - 24).norm() == 0);  // nobody rated one of the 25
  }
}

TEST_CASE("equal eigenvalues, a single user and a single item are no obstacle") {
  std::vector<Rating<double>> apart;
  for (Index u = 0; u < 100; ++u) apart.push_back({u, u, 1.0});
  const auto identity = SparseMatrix<double>::from_triplets(100, 100, apart);
  const Dense b = product(closed_form(identity, exact(100)));  // n_u is the mean
  CHECK((b - Dense::Identity(100, 100) / (1 / 0.6 + 3)).norm() < 1e-9);

  const auto one = SparseMatrix<double>::from_triplets(1, 1, std::vector<Rating<double>>{{0, 0, 2.0}});
  CHECK(product(closed_form(one, exact(4)))(0, 0) == doctest::Approx(1 / (1 / 0.6 + 3)));
}

TEST_CASE("a search for more than there is, to a tolerance that rounding never meets, ends with all there is") {
  const std::vector<Rating<double>> few{{0, 2, 1}, {0, 5, 1}, {1, 5, 1}, {1, 7, 1}, {1, 11, 1}, {2, 2, 1}, {2, 11, 1}};
  const auto ratings = SparseMatrix<double>::from_triplets(3, 20, few);
  auto options = exact(10);
  options.tolerance = 1e-17;
  const Problem problem(ratings, options, {});
  const Dense full = problem.a.llt().solve(problem.g);
  for (const Size dense_size : {Size{20}, Size{0}}) {
    options.dense_size = dense_size;
    CHECK((product(closed_form(ratings, options)) - full).norm() < 1e-8 * full.norm());
  }
}

namespace {

Dense without_diagonal(Dense b) {
  b.diagonal().setZero();
  return b;
}

// EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019) with this Λ.
Dense ease(const Dense& a) {
  const Dense inverse = a.llt().solve(Dense::Identity(a.rows(), a.cols()));
  return without_diagonal(-inverse * inverse.diagonal().cwiseInverse().asDiagonal());
}

}  // namespace

TEST_CASE("leave-one-out: the gradient is that of finite differences, and Q the best for X") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  auto options = exact(6);
  options.popularity_exponent = 0.4;
  const Problem problem(ratings, options, InteractionFeedback::weighted());
  const detail::Interactions<double> r(ratings, InteractionFeedback::weighted(), options.user_exponent);
  const Eigen::VectorXd ridge = problem.a.diagonal() - problem.g.diagonal();
  Eigen::VectorXd weight = problem.d.diagonal();
  const detail::GramSolver solver(r, ridge, 100);
  const detail::OffDiagonalDescent descent(r, ridge, weight, solver);
  Random random(2);
  detail::ItemRows x = detail::ItemRows::NullaryExpr(40, 6, [&] { return random.normal(); });
  const auto loss = [&](const Dense& left, const Dense& right) {
    return problem.loss(without_diagonal(left * right.transpose()));
  };
  const auto state = descent.at(x, problem.a * x);
  const auto half = descent.gradient(state);
  for (int trial = 0; trial < 10; ++trial) {
    const Dense step = Dense::NullaryExpr(40, 6, [&] { return random.normal(); });
    CHECK(loss(x, state.q + 1e-3 * step) >= loss(x, state.q));
    const auto ahead = descent.at(x + 1e-4 * step, problem.a * (x + 1e-4 * step));
    const auto behind = descent.at(x - 1e-4 * step, problem.a * (x - 1e-4 * step));
    const double slope = (ahead.loss - behind.loss) / 2e-4;
    CHECK(slope == doctest::Approx(2 * half.cwiseProduct(step).sum()).epsilon(1e-3));
    CHECK(ahead.loss - behind.loss == doctest::Approx(loss(ahead.x, ahead.q) - loss(behind.x, behind.q)).epsilon(1e-3));
  }
}

TEST_CASE("leave-one-out: Q is solved for item by item, also where one item is nearly all that a factor holds") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  const Problem problem(ratings, exact(6), {});
  const detail::Interactions<double> r(ratings, InteractionFeedback::binary(), exact(6).user_exponent);
  const Eigen::VectorXd ridge = problem.a.diagonal() - problem.g.diagonal();
  const Eigen::VectorXd weight = problem.d.diagonal();
  const detail::GramSolver solver(r, ridge, 100);
  const detail::OffDiagonalDescent descent(r, ridge, weight, solver);
  for (const double rest : {1.0, 1e-3, 1e-4}) {  // of the first factor, but for item 3
    Random random(2);
    Dense x = Dense::NullaryExpr(40, 6, [&] { return random.normal(); });
    x.col(0) *= rest;
    x(3, 0) = 1;
    const auto state = descent.at(x, problem.a * x);
    for (Index i = 0; i < 39; ++i) {  // nobody rated the last
      INFO("rest ", rest, ", item ", i);
      Dense without = x;
      without.row(i).setZero();
      Dense matrix = without.transpose() * problem.a * without;
      matrix.diagonal().array() += 1e-10 * (x.transpose() * problem.a * x).trace();
      const Eigen::VectorXd expected = matrix.llt().solve(without.transpose() * problem.g.col(i));
      CHECK((state.q.row(i).transpose() - expected).norm() < 1e-6 * expected.norm());
    }
  }
}

TEST_CASE("leave-one-out: each step goes where BFGS with the last five steps, as dense matrices, has it go") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  auto options = exact(3);
  options.popularity_exponent = 0.4;
  const Problem problem(ratings, options, {});
  const detail::Interactions<double> r(ratings, InteractionFeedback::binary(), options.user_exponent);
  const Eigen::VectorXd ridge = problem.a.diagonal() - problem.g.diagonal();
  const Eigen::VectorXd weight = problem.d.diagonal();
  const Dense inverse = problem.a.llt().solve(Dense::Identity(40, 40));
  const auto solver = [&](const detail::ItemRows& x) { return detail::ItemRows(inverse * x); };
  const detail::OffDiagonalDescent descent(r, ridge, weight, solver);
  Random random(2);
  const detail::ItemRows x = detail::ItemRows::NullaryExpr(40, 3, [&] { return random.normal(); });
  const auto flat = [](const detail::ItemRows& rows) -> Eigen::VectorXd { return rows.reshaped<Eigen::RowMajor>(); };
  const Dense identity = Dense::Identity(120, 120);
  std::vector<Eigen::VectorXd> steps, changes;
  auto state = descent.at(x, problem.a * x);
  for (int iteration = 0; iteration < 9; ++iteration) {
    INFO("iteration ", iteration);
    const Dense outer = state.q.transpose() * weight.cwiseAbs2().asDiagonal() * state.q;
    const Dense inverse_outer = outer.inverse();
    Dense inverse_hessian(120, 120);  // to begin with, of the loss with its diagonal
    for (Index i = 0; i < 40; ++i) {
      for (Index j = 0; j < 40; ++j) inverse_hessian.block(3 * i, 3 * j, 3, 3) = inverse(i, j) * inverse_outer;
    }
    for (std::size_t m = steps.size() < 5 ? 0 : steps.size() - 5; m < steps.size(); ++m) {
      const double curvature = steps[m].dot(changes[m]);
      const Dense away = identity - steps[m] * changes[m].transpose() / curvature;
      inverse_hessian = away * inverse_hessian * away.transpose() + steps[m] * steps[m].transpose() / curvature;
    }
    const Eigen::VectorXd slope = flat(descent.gradient(state));
    const Eigen::VectorXd direction = -inverse_hessian * slope;
    auto next = descent.run(x, problem.g * x, iteration + 1, 0);
    steps.push_back(flat(next.x - state.x));
    changes.push_back(flat(descent.gradient(next)) - slope);
    const double length = steps.back().dot(direction) / direction.squaredNorm();
    CHECK(std::log2(length) == doctest::Approx(std::round(std::log2(length))).epsilon(1e-5));  // 1, ½, ¼, …
    CHECK((steps.back() - length * direction).norm() < 1e-6 * steps.back().norm());
    state = std::move(next);
  }
}

TEST_CASE("leave-one-out: below the closed form's loss without its diagonal, and EASE at full rank") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  for (const Size dense_size : {Size{40}, Size{0}}) {
    auto options = exact(6);
    options.dense_size = dense_size;
    options.standardize = false;
    const Problem problem(ratings, options, {});
    const double before = problem.loss(without_diagonal(product(closed_form(ratings, options))));
    const double least = problem.loss(ease(problem.a));
    options.leave_one_out = true;
    const double after = problem.loss(without_diagonal(product(closed_form(ratings, options))));
    CHECK(after < before - 0.05 * (before - least));
    CHECK(after > least);
    options.factors = 40;
    options.descents = 300;
    const double full = problem.loss(without_diagonal(product(closed_form(ratings, options))));
    CHECK(full == doctest::Approx(least).epsilon(1e-3));
  }
}

TEST_CASE("standardized scores are divided by the root of one and the item's loss in ridges") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  auto options = exact(6);
  options.leave_one_out = true;
  options.standardize = false;
  options.popularity_exponent = 0.4;  // which is no part of an item's loss
  const Problem problem(ratings, options, {});
  const Dense plain = product(closed_form(ratings, options));
  options.standardize = true;
  const Dense standardized = product(closed_form(ratings, options));
  const Dense b = without_diagonal(plain);
  for (Index i = 0; i < 40; ++i) {
    const double loss =
        (problem.r.col(i) - problem.r * b.col(i)).squaredNorm() + b.col(i).dot((problem.a - problem.g) * b.col(i));
    CHECK((standardized.col(i) - plain.col(i) / std::sqrt(1 + loss / options.ridge)).norm() <= 1e-6 * plain.norm());
  }
}

TEST_CASE("standardized at full rank and without dropout: EASE in units of its standard errors") {
  const auto ratings = test::random_ratings<double>(80, 40, 20, 5);
  auto options = exact(40);
  options.dropout = 0;
  options.leave_one_out = true;
  options.descents = 300;
  const Problem problem(ratings, options, {});
  const Dense p = problem.a.llt().solve(Dense::Identity(40, 40));
  const Dense expected = ease(problem.a) * (options.ridge * p.diagonal()).cwiseSqrt().asDiagonal();
  const Dense b = without_diagonal(product(closed_form(ratings, options)));
  CHECK((b - expected).norm() < 0.02 * expected.norm());
}

TEST_CASE("the same ratings give the same bits, and the greatest number of each column of q is positive") {
  const auto ratings = test::random_ratings<float>(120, 60, 25, 4);
  const auto a = closed_form(ratings), b = closed_form(ratings);
  CHECK(a.x.matrix() == b.x.matrix());
  CHECK(a.q.matrix() == b.q.matrix());
  for (int f = 0; f < a.factors(); ++f) {
    const auto column = a.q.matrix().col(f);
    CHECK(column.maxCoeff() >= -column.minCoeff());
  }
}

TEST_CASE("any number of threads gives the same bits, by all routes") {
  for (const Index users : {300, 500}) {
    const auto ratings = test::random_ratings<float>(users, 400, 60, 4);
    for (const Size dense_size : {Size{400}, Size{0}}) {
      RankingOptions options{.factors = 40, .dense_size = dense_size, .iterations = 20};
      const auto alone = closed_form(ratings, options);
      for (const int threads : {2, 3, 8}) {
        options.threads = threads;
        const auto shared = closed_form(ratings, options);
        CHECK(shared.x.matrix() == alone.x.matrix());
        CHECK(shared.q.matrix() == alone.q.matrix());
      }
    }
  }
}

TEST_CASE("rows in any order, as a view may hold them, give the same bits") {
  const std::vector<std::int64_t> offsets{0, 3, 6, 8};
  const std::vector<Index> ascending{0, 1, 3, 0, 2, 3, 1, 2}, any{3, 0, 1, 2, 3, 0, 2, 1};
  const std::vector<double> values{1, 2, 4, 5, 2, 3, 3, 1}, values_any{4, 1, 2, 2, 3, 5, 1, 3};
  for (const Size dense_size : {Size{4}, Size{0}}) {
    auto options = exact(2);
    options.dense_size = dense_size;
    const auto train = [&](const std::vector<Index>& items, const std::vector<double>& numbers) {
      return closed_form(SparseMatrixView<double>(4, std::span(offsets), items, numbers), options,
                         InteractionFeedback::weighted());
    };
    const auto a = train(ascending, values), b = train(any, values_any);
    CHECK(a.x.matrix() == b.x.matrix());
    CHECK(a.q.matrix() == b.q.matrix());
  }
}

TEST_CASE("a float model predicts as the double one") {
  const auto wide = test::random_ratings<double>(150, 90, 30, 3);
  const auto narrow = test::random_ratings<float>(150, 90, 30, 3);
  const Dense b = product(closed_form(wide, exact(10)));
  const auto p = closed_form(narrow, exact(10));
  const Eigen::MatrixXf c = p.x.matrix() * p.q.matrix().transpose();
  CHECK((c.cast<double>() - b).norm() < 1e-5 * b.norm());
}

TEST_CASE("predictions range from 0 to the greatest weight") {
  const auto ratings = test::random_ratings<float>(50, 20, 10, 2);
  CHECK(closed_form(ratings).max_rating == 1);
  CHECK(closed_form(ratings, {}, InteractionFeedback::weighted()).max_rating == 5);
  CHECK(closed_form(ratings, {}, InteractionFeedback::weighted()).min_rating == 0);
}

TEST_CASE("what is out of its range is refused") {
  const auto ratings = test::random_ratings<float>(50, 20, 10, 2);
  const auto with = [&](auto change) {
    RankingOptions options;
    change(options);
    return closed_form(ratings, options);
  };
  CHECK_THROWS_AS(with([](auto& o) { o.factors = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.factors = 65537; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.dropout = 1; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.dropout = NAN; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.ridge = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.popularity_exponent = INFINITY; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.user_exponent = NAN; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.descents = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.dense_size = -1; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.tolerance = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.iterations = 0; }), std::invalid_argument);
  CHECK_THROWS_AS(with([](auto& o) { o.threads = 0; }), std::invalid_argument);
  CHECK_THROWS_AS((void)closed_form(ratings, {}, InteractionFeedback::at_least(6)), std::invalid_argument);
  CHECK_THROWS_AS((void)closed_form(SparseMatrix<float>{}), std::invalid_argument);

  // The ends of the ranges belong to them.
  CHECK_NOTHROW(RankingOptions{.factors = 65536, .dropout = 0}.validate());
  CHECK_NOTHROW(RankingOptions{.factors = 1, .descents = 1, .dense_size = 0, .iterations = 1, .threads = 1}.validate());
}
