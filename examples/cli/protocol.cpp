// SPDX-License-Identifier: MIT
#include "protocol.hpp"

#include <asysvd/data/join.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace cli {

void ProtocolOptions::add_to(CLI::App& command, CLI::Option* test) {
  command.add_option("--holdout", share_, "Or the share of the ratings to test on, drawn as --protocol says")
      ->excludes(test)
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("SHARE");
  add_choice(command, "--protocol", kind_, names,
             "Test on ratings drawn at random; on one of each user, the latest if there are timestamps; on the latest "
             "of all; or on a fifth of what each of a share of the users rated, who are not trained on");
  command.get_option("--protocol")->excludes(test);
}

void ProtocolOptions::check() const {
  const auto name = "--protocol " + name_of(names, kind_);
  const bool takes_share = kind_ == Kind::by_time || kind_ == Kind::new_users;
  if (takes_share && share_ == 0) throw std::invalid_argument(name + " needs --holdout");
  if (kind_ == Kind::leave_one_out && share_ > 0) throw std::invalid_argument("--holdout is not for " + name);
}

asysvd::Split<Scalar> ProtocolOptions::split(const Matrix& ratings, const asysvd::Dataset<Scalar>& data,
                                             std::uint64_t seed) const {
  switch (kind_) {
    case Kind::leave_one_out:
      if (data.timestamps.empty()) return asysvd::leave_k_out(ratings, 1, seed);
      return asysvd::leave_last_k_out(ratings, data.timestamps, 1);
    case Kind::by_time:
      if (data.timestamps.empty()) throw std::invalid_argument("--protocol by-time: the ratings have no timestamps");
      return asysvd::holdout_by_time(ratings, data.timestamps, share_);
    case Kind::new_users:
      return asysvd::holdout_users(ratings, share_, seed);
    case Kind::random:
      break;
  }
  return asysvd::holdout(ratings, share_, seed);
}

ProtocolOptions::Parts ProtocolOptions::part(const asysvd::Dataset<Scalar>& data, const std::vector<Scalar>& weights,
                                             std::uint64_t seed) const {
  if (kind_ == Kind::random && share_ == 0) return {data.ratings, weights, data.ratings, {}};
  auto [train, test] = split(data.ratings, data, seed);
  if (train.nonzeros() == 0 || test.nonzeros() == 0) {
    throw std::invalid_argument("--protocol " + name_of(names, kind_) + " --holdout " +
                                asysvd::detail::to_text(share_) + ": that leaves " + std::to_string(train.nonzeros()) +
                                " ratings to train on and " + std::to_string(test.nonzeros()) + " to test on");
  }
  Parts parts{train, {}, std::move(train), std::move(test)};
  if (!weights.empty()) {  // the same ones are drawn of the weights as of the ratings
    const auto kept = split(data.ratings.with_values(weights), data, seed).train;
    parts.weights.assign(kept.values().begin(), kept.values().end());
  }
  if (strangers()) {
    auto [given, asked] = asysvd::holdout_within_users<Scalar>(parts.test, 0.2, seed);
    parts.known = asysvd::join<Scalar>(parts.train, given);
    parts.test = std::move(asked);
  }
  return parts;
}

nlohmann::ordered_json ProtocolOptions::json() const {
  return {{"protocol", name_of(names, kind_)}, {"holdout", share_}};
}

}  // namespace cli
