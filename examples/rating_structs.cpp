// SPDX-License-Identifier: MIT
// Ratings in a program's own structures: a projection for each part says where it is, and nothing is copied first.
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

struct Review {
  std::string text;
  unsigned reader;
  std::size_t book;
  double stars;
};

}  // namespace

int main() {
  const std::vector<std::string> books{"Dune", "Solaris", "Emma", "Persuasion"};
  const std::vector<Review> reviews{{"A desert!", 0, 0, 5.0}, {"Deep", 0, 1, 4.5},   {"Slow", 0, 2, 2.0},
                                    {"", 1, 0, 4.0},          {"", 1, 1, 5.0},       {"", 1, 3, 1.5},
                                    {"Witty", 2, 2, 5.0},     {"Again!", 2, 3, 4.5}, {"Sand", 2, 0, 1.0},
                                    {"", 3, 2, 4.0},          {"", 3, 3, 5.0},       {"", 3, 1, 2.0}};

  // Pointers to members; any range does: a span, a list, a view, whatever can be gone through twice without a copy.
  const auto ratings =
      asysvd::SparseMatrix<float>::from_triplets(4, 4, reviews, &Review::reader, &Review::book, &Review::stars);

  // Functions, where a part has to be looked up or computed first: here ids are not indices.
  const std::map<std::string, double> last_week{{"anna:Dune", 4}, {"anna:Emma", 2}, {"ben:Emma", 5}};
  const std::vector<std::string> readers{"anna", "ben"};
  const auto index = [](const auto& names, const std::string& name) {
    return std::ranges::find(names, name) - names.begin();
  };
  const auto more = asysvd::SparseMatrix<float>::from_triplets(
      2, 4, last_week, [&](const auto& entry) { return index(readers, entry.first.substr(0, entry.first.find(':'))); },
      [&](const auto& entry) { return index(books, entry.first.substr(entry.first.find(':') + 1)); },
      [](const auto& entry) { return entry.second; });

  const asysvd::Regularization small{.whole_q = 0.5, .whole_user = 1, .whole_item = 1};  // for a toy
  asysvd::AsySVD<float, asysvd::ByUser, asysvd::FullFeedback, 4> model(
      {.epochs = 200, .learning_rate = 0.02, .regularization = small});
  model.fit(ratings);
  for (asysvd::Index reader = 0; reader < more.rows(); ++reader) {
    const auto top = model.recommend(more.row(reader), {.count = 1}).front();
    std::printf("%s should read %s\n", readers[reader].c_str(), books[top.item].c_str());
  }
  const bool as_they_like =
      model.recommend(more.row(0)).front().item == 1 && model.recommend(more.row(1)).front().item == 3;
  return as_they_like ? 0 : 1;
}
