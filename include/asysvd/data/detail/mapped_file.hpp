// SPDX-License-Identifier: MIT
/// \file
/// A whole file as text, without reading it first.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asysvd/data/file_error.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The bytes of a file, read-only, mapped into memory where it is a regular file and read where it is a pipe or a
/// device. After the last byte there is always a zero that can be read, so that a loop over digits needs no check for
/// the end. The file must not be cut short by somebody else in the meantime: the system answers that with SIGBUS.
class MappedFile {
 public:
  /// Throws `FileError` if there is no such file, if it is a directory, or if it can't be read.
  explicit MappedFile(std::filesystem::path path) : path_(std::move(path)) {
    const Descriptor descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status {};
    if (descriptor.number < 0 || ::fstat(descriptor.number, &status) != 0) fail(errno);
    if (S_ISDIR(status.st_mode)) throw FileError(path_, 0, 0, "a file", "a directory");
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
      map(descriptor.number, static_cast<std::size_t>(status.st_size));
    } else {
      read(descriptor.number);
    }
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&& other) noexcept
      : path_(std::move(other.path_)),
        mapping_(std::exchange(other.mapping_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        buffer_(std::move(other.buffer_)) {}
  ~MappedFile() { release(); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// All the bytes; a zero follows them.
  [[nodiscard]] std::string_view text() const noexcept {
    return mapping_ != nullptr ? std::string_view(static_cast<const char*>(mapping_), size_) : buffer_;
  }

  /// Lets the system have the memory of what lies before `end`, a place in `text()`, which is mapped anew if it is asked
  /// for again: what has been read once then takes no memory of this program.
  void forget_before(const char* end) const noexcept {
    if (mapping_ == nullptr) return;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto read = static_cast<std::size_t>(end - static_cast<const char*>(mapping_));
    ::madvise(mapping_, read / page * page, MADV_DONTNEED);
  }

  /// Tells the system that from now on no longer the next byte is likely to be wanted next.
  void expect_any_order() const noexcept {
    if (mapping_ != nullptr) ::madvise(mapping_, size_, MADV_NORMAL);
  }

  /// Gives the memory back early: `text()` is empty from then on.
  void release() noexcept {
    if (mapping_ != nullptr) ::munmap(mapping_, size_ + 1);
    mapping_ = nullptr;
    buffer_ = {};
  }

 private:
  struct Descriptor {
    int number;
    ~Descriptor() {
      if (number >= 0) ::close(number);
    }
  };

  [[noreturn]] void fail(int error) const {
    throw FileError(path_, 0, 0, "a file that can be read", std::generic_category().message(error));
  }

  /// Lays the file over one byte more of zeros: where it fills its last page, no zero would follow otherwise.
  void map(int descriptor, std::size_t size) {
    void* const zeros = ::mmap(nullptr, size + 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (zeros == MAP_FAILED) fail(errno);
    mapping_ = zeros;
    size_ = size;
    if (::mmap(zeros, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, descriptor, 0) == MAP_FAILED) {
      const int error = errno;
      release();
      fail(error);
    }
    ::madvise(zeros, size, MADV_SEQUENTIAL);
  }

  void read(int descriptor) {
    char block[1 << 16];
    for (;;) {
      const auto count = ::read(descriptor, block, sizeof block);
      if (count > 0) {
        buffer_.append(block, static_cast<std::size_t>(count));
      } else if (count == 0) {
        return;
      } else if (errno != EINTR) {
        fail(errno);
      }
    }
  }

  std::filesystem::path path_;
  void* mapping_ = nullptr;
  std::size_t size_ = 0;  // of the mapping, without the zero
  std::string buffer_;    // in place of a mapping
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
