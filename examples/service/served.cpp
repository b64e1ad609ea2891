// SPDX-License-Identifier: MIT
#include "served.hpp"

#include <asysvd/data/titles.hpp>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <sstream>

namespace service {

namespace {

std::string lowered(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

}  // namespace

Served::Served(const Files& files) : loaded_(asysvd::load_with_ids<Model>(files.model)) {
  if (ids().size() != model().items()) {
    throw asysvd::FileError(files.model, 0, 0, "the ids of the items", "a model that was saved without");
  }
  asysvd::Titles known;
  if (!files.titles.empty()) known = asysvd::read_titles(files.titles);
  for (const auto& id : ids().names()) {
    const auto found = known.find(id);
    titles_.push_back(found == known.end() || found->second.empty() ? "item " + id : found->second);
    lowered_.push_back(lowered(titles_.back()));
  }
  by_title_.resize(lowered_.size());
  std::iota(by_title_.begin(), by_title_.end(), 0);
  std::ranges::stable_sort(by_title_, {}, [&](asysvd::Index item) { return std::string_view(lowered_[item]); });
}

std::vector<asysvd::Index> Served::search(std::string_view query, std::size_t count) const {
  const auto wanted = lowered(query);
  std::istringstream split(wanted);
  const std::vector<std::string> words{std::istream_iterator<std::string>(split), {}};
  std::vector<asysvd::Index> found;
  std::ranges::copy_if(by_title_, std::back_inserter(found), [&](asysvd::Index item) {
    return std::ranges::all_of(words, [&](const auto& word) { return lowered_[item].find(word) != std::string::npos; });
  });
  std::stable_partition(found.begin(), found.end(),
                        [&](asysvd::Index item) { return lowered_[item].starts_with(wanted); });
  found.resize(std::min(found.size(), count));
  return found;
}

}  // namespace service
