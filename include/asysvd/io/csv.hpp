// SPDX-License-Identifier: MIT
/// \file
/// What a model knows and recommends, as CSV files: for spreadsheets, databases and other programs.
///
/// Users and items have the ids that are given, quoted where CSV needs it, or their indices where none are. Numbers are
/// in the fewest digits that read back as the same. Each file is written beside its place and renamed. All throw
/// `FileError` if it can't be written, and `std::invalid_argument` if there are ids, but not one for each, or if the
/// model has not what they write.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <asysvd/data/id_map.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/io/detail/csv_file.hpp>
#include <asysvd/recommend.hpp>

namespace asysvd {
inline namespace v0_1 {

namespace detail {

/// `first`, `offset`, and the factors `letter`1 to `letter`k, a row each.
template <class Scalar, class Offset>
void save_factors(std::string_view first, char letter, const FactorMatrix<Scalar>& factors, const IdMap& ids,
                  const std::filesystem::path& path, Offset offset) {
  CsvFile file(path);
  file << first << "offset";
  for (Size f = 1; f <= factors.factors(); ++f) file << letter + to_text(f);
  file.end_row();
  for (Index i = 0; i < static_cast<Index>(factors.rows()); ++i) {
    file << id_or_index(ids, i) << offset(i);
    for (const Scalar factor : factors.row(i)) file << factor;
    file.end_row();
  }
  file.commit();
}

}  // namespace detail

/// Writes `item,offset,q1,…,qk`, the offset being b_i: with `save_users` all that scores are made of,
///
///     score = offset of the user + offset of the item + p1·q1 + … + pk·qk,
///
/// so that what finds vectors with a large product, such as a vector database, recommends from these files.
template <class Model>
void save_items(const Model& model, const std::filesystem::path& path, const IdMap& items = {}) {
  detail::require(model.items() > 0, "save_items", "number of items", model.items(), "at least 1: fit the model first");
  detail::require_ids("save_items", "number of item ids", items, model.items());
  const auto& p = model.parameters();
  detail::save_factors("item", 'q', p.q, items, path, [&](Index item) { return p.item_bias[item]; });
}

/// Writes `user,offset,p1,…,pk` of the users of the training matrix, the offset being μ + b_u.
template <class Model>
void save_users(const Model& model, const std::filesystem::path& path, const IdMap& users = {}) {
  const auto& factors = model.user_factors();
  detail::require(factors.rows() == model.users() && model.users() > 0, "save_users", "number of users with ratings",
                  factors.rows(), "all of them; see set_ratings");
  detail::require_ids("save_users", "number of user ids", users, model.users());
  const auto& p = model.parameters();
  detail::save_factors("user", 'p', factors, users, path, [&](Index user) { return p.mean + p.user_bias[user]; });
}

/// Writes `user,rank,item,score`: what `recommend_all` gives for the users of the training matrix, ranks from 1.
template <class Model>
void save_recommendations(const Model& model, const std::filesystem::path& path, const RecommendAllOptions& wanted = {},
                          const IdMap& users = {}, const IdMap& items = {}) {
  detail::require_ids("save_recommendations", "number of user ids", users, model.users());
  detail::require_ids("save_recommendations", "number of item ids", items, model.items());
  detail::CsvFile file(path);
  file << "user"
       << "rank"
       << "item"
       << "score";
  file.end_row();
  model.recommend_all(wanted, [&](Index user, const auto& list) {
    const auto id = detail::id_or_index(users, user);
    Size rank = 0;
    for (const auto& [item, score] : list) {
      file << id << ++rank << detail::id_or_index(items, item) << score;
      file.end_row();
    }
  });
  file.commit();
}

}  // namespace v0_1
}  // namespace asysvd
