// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <asysvd/io/detail/checksum.hpp>
#include <asysvd/io/ratings.hpp>

#include <sys/resource.h>

#include <array>
#include <stdexcept>

#include "choice.hpp"

namespace cli {

namespace {

/// One word to a shell, whatever it holds.
std::string quoted(const std::string& word) {
  constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char character : word) text += character == '\'' ? "'\\''" : std::string(1, character);
  return text + '\'';
}

}  // namespace

CLI::Option* RatingsOption::add_to(CLI::App& command) {
  auto* const file =
      command.add_option("--ratings", path_, "File of ratings: MovieLens, CSV, TSV, Matrix Market, converted, ...");
  file->required();
  Names<asysvd::Format> formats;
  for (const auto& [format, name] : asysvd::format_names) formats.emplace_back(name, format);
  add_choice(command, "--format", options_.format, formats, "Its format");
  command.add_flag(
      "--refuse-duplicates", [this](auto) { options_.duplicates = asysvd::Duplicates::refuse; },
      "Take a second rating of an item by a user for an error, and not for a correction");
  return file;
}

void RatingsOption::add_implicit_to(CLI::App& command) {
  command.add_option("--implicit", implicit_path_,
                     "File of what users saw, bought or otherwise turned to besides what they rated: user and item");
}

void RatingsOption::add_threads_to(CLI::App& command) {
  command.add_option("--threads", options_.threads, "Threads that read; the result is the same")->capture_default_str();
}

asysvd::Dataset<Scalar> RatingsOption::read(const asysvd::IdMap& users, const asysvd::IdMap& items) const {
  if (implicit_path_.empty()) return read(path_, users, items);
  // First, so that the ratings have a row for each user and a column for each item of both files.
  const auto implicit =
      asysvd::load_ratings<Scalar>(implicit_path_, {.users = &users, .items = &items, .threads = options_.threads});
  auto data = read(path_, implicit.users, implicit.items);
  data.ratings = data.ratings.with_implicit(implicit.ratings);
  return data;
}

asysvd::Dataset<Scalar> RatingsOption::read(const std::string& path, const asysvd::IdMap& users,
                                            const asysvd::IdMap& items) const {
  auto options = options_;
  options.users = &users;
  options.items = &items;
  auto data = asysvd::load_ratings<Scalar>(path, options);
  if (data.ratings.nonzeros() == 0) throw std::runtime_error(path + ": it holds no ratings");
  return data;
}

std::string RatingsOption::flags() const {
  std::string text = " --ratings " + quoted(path_);
  if (options_.format != asysvd::Format::automatic) text += " --format " + std::string(to_string(options_.format));
  if (options_.duplicates == asysvd::Duplicates::refuse) text += " --refuse-duplicates";
  if (!implicit_path_.empty()) text += " --implicit " + quoted(implicit_path_);
  return text;
}

void TitlesOption::add_to(CLI::App& command) {
  command.add_option("--titles", path_, "File of item titles: u.item, movies.csv, movies.dat, ...");
}

void TitlesOption::read() {
  if (!path_.empty()) titles_ = asysvd::read_titles(path_);
}

std::string TitlesOption::operator()(const std::string& id) const {
  const auto found = titles_.find(id);
  return found == titles_.end() ? "" : found->second;
}

std::string TitlesOption::name(const std::string& id) const {
  const auto title = (*this)(id);
  return title.empty() ? "item " + id : title;
}

std::uint64_t hash(std::span<const Scalar> values) {
  asysvd::detail::Checksum sum;
  sum.add({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  return sum.value();
}

std::uint64_t hash(const Matrix& matrix) {
  asysvd::detail::Checksum sum;
  const auto add = [&](const auto& values) {
    sum.add({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])});
  };
  for (asysvd::Size user = 0; user <= matrix.rows(); ++user) add(std::array{matrix.offset(user)});
  add(matrix.items());
  add(matrix.values());
  return sum.value();
}

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);
#else
  return static_cast<double>(usage.ru_maxrss) / 1024;
#endif
}

}  // namespace cli
