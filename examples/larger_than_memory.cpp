// SPDX-License-Identifier: MIT
// Ratings that are larger than memory: converted once, then mapped and learned from where they are in the file, a block
// after the other, so that the system can keep what is at hand and drop the rest.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/io/ratings.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <vector>

using namespace asysvd;

/// Blocks of users who follow each other in the file, in a random order, and each block's users in a random order.
/// `ByUser` goes from any user to any other, and would wait for the disk at each.
struct ByBlock {
  Index users_in_block = 4096;

  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    const auto count = static_cast<Index>(ratings.rows());
    std::vector<Index> blocks(static_cast<std::size_t>((count + users_in_block - 1) / users_in_block));
    std::vector<Index> users(static_cast<std::size_t>(users_in_block));
    return [blocks, users, size = users_in_block, count](Random& random, auto&& visit) mutable {
      std::iota(blocks.begin(), blocks.end(), 0);
      random.shuffle(std::span(blocks));
      for (const Index block : blocks) {
        const Index first = block * size;
        const auto some = std::span(users).first(static_cast<std::size_t>(std::min(size, count - first)));
        std::iota(some.begin(), some.end(), first);
        random.shuffle(some);
        for (const Index user : some) visit(user);
      }
    };
  }
  void arrange(std::span<Index> positions, Random& random) const { random.shuffle(positions); }
};
static_assert(UserSampler<ByBlock>);

int main() {
  const auto path = std::filesystem::temp_directory_path() / "asysvd-larger-than-memory.safetensors";
  {
    // In earnest: asysvd convert --ratings ratings.csv --to ratings.safetensors
    Dataset<float> data;
    data.ratings = synthetic(movielens_1m()).ratings;
    for (std::int64_t user = 1; user <= data.ratings.rows(); ++user) data.users.insert(user);
    for (std::int64_t item = 1; item <= data.ratings.cols(); ++item) data.items.insert(item);
    save_ratings(data, path);
  }
  const auto data = load_ratings<float>(path);
  std::filesystem::remove(path);  // the mapping lasts as long as the ratings do

  AsySVD<float, ByBlock> model({.factors = 16, .epochs = 5}, ByBlock{.users_in_block = 500});
  const auto report = model.fit(data.ratings);
  std::printf("%lld ratings, %.1f MiB in the file, error %.3f after %zu epochs\n",
              static_cast<long long>(data.ratings.nonzeros()),
              static_cast<double>(data.ratings.nonzeros()) * 8 / 0x1p20, report.epochs.back().train_rmse,
              report.epochs.size());
}
