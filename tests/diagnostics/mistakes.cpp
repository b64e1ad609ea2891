// SPDX-License-Identifier: MIT
// The mistakes that are made most likely in using the library; MISTAKE is the number of the one at hand. What the
// compiler has to tell of it stands behind "says".
#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <Eigen/SparseCore>

#include <vector>

using namespace asysvd;

SparseMatrix<float> ratings();

#if MISTAKE == 1  // says: floating_point
AsySVD<int> model;
#elif MISTAKE == 2   // says: Sampler
AsySVD<float, FullFeedback> model;
#elif MISTAKE == 3   // says: FeedbackPolicy
AsySVD<float, ByUser, ByUser> model;
#elif MISTAKE == 4   // says: Factors >= 1
AsySVD<float, ByUser, FullFeedback, 0> model;
#elif MISTAKE == 5   // says: a sampler that yields whole users is learned from by the exact user pass
void mistake() {
  AsySVD<float, ByUser, RawFeedback, Dynamic, NotebookStep> model;
  model.fit(ratings());
}
#elif MISTAKE == 6   // says: FitObserver
void mistake() {
  AsySVD<float> model;
  model.fit(ratings(), {}, [] { return true; });
}
#elif MISTAKE == 7   // says: predicate<
void mistake() {
  AsySVD<float> model;
  (void)model.recommend(0, {}, [](Index item) { return std::vector<Index>{item}; });
}
#elif MISTAKE == 8   // says: SparseMatrixView<float>
void mistake() {
  AsySVD<float> model;
  model.fit(SparseMatrix<double>());
}
#elif MISTAKE == 9   // says: RatingLike
void mistake() {
  const std::vector<int> numbers{1, 2, 3};
  (void)SparseMatrix<float>::from_triplets(1, 1, numbers);
}
#elif MISTAKE == 10  // says: fold the profile in instead
void mistake() {
  struct Weighs : FullFeedback {
    double weight(double difference) const { return difference; }
  };
  AsySVD<float, ByUser, Weighs> model;
  UserSession session(model);
}
#elif MISTAKE == 11  // says: deleted
void mistake() {
  AsySVD<float> model;
  model.fit(Eigen::SparseMatrix<float, Eigen::RowMajor>(1, 1), {.threads = 2});
}
#endif
