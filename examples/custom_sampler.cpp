// SPDX-License-Identifier: MIT
// A sampler of one's own: it is a policy of the model's type, and its loops are compiled into the fit.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <vector>

/// Users in the order of their activity, least active first: the profiles that say most are then learned from last.
/// It yields whole users, so the model learns by the exact user pass.
struct LeastActiveFirst {
  template <class Scalar>
  auto start(const asysvd::SparseMatrixView<Scalar>& ratings) const {
    std::vector<asysvd::Index> users(static_cast<std::size_t>(ratings.rows()));
    std::iota(users.begin(), users.end(), 0);
    std::ranges::stable_sort(users, {}, [&](asysvd::Index user) { return ratings.row(user).size(); });
    return [users](asysvd::Random&, auto&& visit) {
      for (const asysvd::Index user : users) visit(user);
    };
  }
  void arrange(std::span<asysvd::Index> positions, asysvd::Random& random) const { random.shuffle(positions); }
};
static_assert(asysvd::UserSampler<LeastActiveFirst>);

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  const auto fit = [&](auto model, const char* name) {
    const auto report = model.fit(data.ratings);
    std::printf("%-18s %.4f after %zu epochs, %.1f million ratings a second\n", name, report.epochs.back().train_rmse,
                report.epochs.size(), report.samples_per_second() / 1e6);
  };
  const asysvd::Options options{.factors = 16, .epochs = 10};
  fit(asysvd::AsySVD<float, asysvd::ByUser>(options), "ByUser");
  fit(asysvd::AsySVD<float, LeastActiveFirst>(options), "LeastActiveFirst");
}
