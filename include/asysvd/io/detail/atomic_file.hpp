// SPDX-License-Identifier: MIT
/// \file
/// A file that is there whole or not at all.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asysvd/data/file_error.hpp>
#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Writes to a temporary file in the folder of the target and renames it in `commit()`. Until then, and whatever goes
/// wrong, the target stays as it was, and the temporary file goes with the object. Several at once, also for the same
/// target, do not meet: the last commit counts. Failures throw `FileError`.
class AtomicFile {
 public:
  /// A link to a file is followed, as one that is merely opened would be; a link to nothing is replaced. A target that
  /// exists must be a regular file: a rename onto a device or a pipe would put a file in its place.
  explicit AtomicFile(std::filesystem::path target) : path_(std::move(target)), target_(path_) {
    std::error_code none;
    if (auto linked = std::filesystem::canonical(path_, none); !none) target_ = std::move(linked);
    struct stat status {};
    const bool exists = ::stat(target_.c_str(), &status) == 0;
    if (exists && !S_ISREG(status.st_mode)) {
      throw FileError(path_, 0, 0, "a file that can be written", "something that is not a regular file");
    }
    if (exists && ::access(target_.c_str(), W_OK) != 0) fail();  // which would not keep a rename from replacing it
    create();
    if (exists) ::fchmod(descriptor_, status.st_mode & 0777);
  }
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile() { discard(); }

  void write(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > buffer_size) flush();
    if (bytes.size() < buffer_size) {
      buffer_ += bytes;
    } else {
      write_out(bytes);
    }
  }

  /// What was written is on the disk when this returns, under the name of the target.
  void commit() {
    flush();
    if (::fsync(descriptor_) != 0) fail();
    if (::close(std::exchange(descriptor_, -1)) != 0) fail();
    const auto kept_in = folder();  // which takes memory: from the rename on, nothing may fail
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail();
    temporary_.clear();
    // The name is kept by the folder. The new file is in place by now, so a folder that can't be synced is no failure:
    // after a crash it holds the old file or the new one, each of them whole.
    if (const int directory = ::open(kept_in.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
      ::fsync(directory);
      ::close(directory);
    }
  }

 private:
  static constexpr std::size_t buffer_size = std::size_t{1} << 18;

  [[nodiscard]] std::filesystem::path folder() const {
    return target_.has_parent_path() ? target_.parent_path() : std::filesystem::path(".");
  }

  /// Its name does not grow with the target's, which may be as long as the file system allows.
  void create() {
    const std::string process = ".asysvd-" + to_text(static_cast<long long>(::getpid())) + '-';
    for (int attempt = 0;; ++attempt) {
      auto name = folder() / (process + to_text(attempt) + ".tmp");
      descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ >= 0) {
        temporary_ = std::move(name);
        return;
      }
      if (errno != EEXIST) fail();
    }
  }

  void flush() {
    write_out(buffer_);
    buffer_.clear();
  }

  void write_out(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void discard() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  [[noreturn]] void fail() const {
    throw FileError(path_, 0, 0, "a file that can be written", std::generic_category().message(errno));
  }

  std::filesystem::path path_;       // as it was given
  std::filesystem::path target_;     // behind all links
  std::filesystem::path temporary_;  // empty if there is none (any more)
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
