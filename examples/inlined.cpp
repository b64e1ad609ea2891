// SPDX-License-Identifier: MIT
// The loop over samples, compiled into user code: the model's type names everything that takes part, so the compiler
// sees through all of it. A test disassembles this file and finds the loop without a call, in packed instructions.
#include <asysvd/model.hpp>

#include <cstdio>
#include <vector>

namespace {

/// Users from the last to the first, each one's ratings backwards. A sampler that the library has never heard of.
struct Backwards {
  template <class Scalar>
  auto start(const asysvd::SparseMatrixView<Scalar>& ratings) const {
    return [users = static_cast<asysvd::Index>(ratings.rows())](asysvd::Random&, auto&& visit) {
      for (asysvd::Index user = users; user-- > 0;) visit(user);
    };
  }
  void arrange(std::span<asysvd::Index> positions, asysvd::Random&) const { std::ranges::reverse(positions); }
};

}  // namespace

int main() {
  std::vector<asysvd::Rating<float>> triplets;
  for (asysvd::Index user = 0; user < 500; ++user) {
    for (asysvd::Index item = user % 7; item < 300; item += 7) {
      triplets.push_back({user, item, static_cast<float>(1 + (user * item) % 5)});
    }
  }
  const auto ratings = asysvd::SparseMatrix<float>::from_triplets(500, 300, triplets);

  // 32 factors, known to the compiler.
  asysvd::AsySVD<float, Backwards, asysvd::ExplicitFeedback, 32> model({.epochs = 5, .leave_one_out = false});
  const auto report = model.fit(ratings);
  std::printf("error %.3f, %.0f million ratings a second\n", report.epochs.back().train_rmse,
              report.samples_per_second() / 1e6);
}
