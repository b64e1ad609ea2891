// SPDX-License-Identifier: MIT
#include "checkpoint.hpp"

#include <asysvd/io/checkpoint.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "outputs.hpp"

namespace cli {

void CheckpointOption::add_to(CLI::App& command) {
  add_output(command, "--checkpoint", path_,
             "File that keeps the fit between epochs; where it exists, the fit goes on from it");
}

void CheckpointOption::apply_to(asysvd::FitOptions<Scalar>& options, const nlohmann::ordered_json& about) {
  if (path_.empty()) return;
  const auto text = about.dump();
  if (exists()) {
    from_ = asysvd::load_checkpoint<Scalar>(path_, text);
    options.from = &*from_;
    std::printf("going on after epoch %d%s\n", from_->ensemble.epoch, from_->first ? " of the refit" : "");
  }
  using Clock = std::chrono::steady_clock;
  // Never more than a twentieth of the time: what is lost is at most one epoch, or so much as is worth the writing.
  options.checkpoint = [path = path_, text, written = Clock::time_point(),
                        cost = Clock::duration(0)](const asysvd::FitState<Scalar>& state) mutable {
    const auto begin = Clock::now();
    if (begin - written < 20 * cost) return;
    asysvd::save_checkpoint(state, path, text);
    written = Clock::now();
    cost = written - begin;
  };
}

bool CheckpointOption::exists() const {
  return !path_.empty() && std::filesystem::exists(path_);
}

void CheckpointOption::remove() const {
  if (!path_.empty()) std::filesystem::remove(path_);
}

}  // namespace cli
