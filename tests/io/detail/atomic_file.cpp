// SPDX-License-Identifier: MIT
// Whatever goes wrong while a file is written, the old one stays, and nothing is left beside it.
#include <asysvd/io/detail/atomic_file.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "closed_standard_input.hpp"
#include "io/small_model.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using detail::AtomicFile;
using test::content;
namespace fs = std::filesystem;

namespace {

/// With a file in it that is to be replaced.
struct Folder : test::TemporaryFolder {
  Folder() { std::ofstream(path() / "model") << "old"; }
};

void write(const fs::path& path, const std::string& text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace

TEST_CASE("a committed file holds what was written, in pieces of any size") {
  const Folder folder;
  std::string all;
  AtomicFile file(folder.path() / "new");
  for (const std::size_t size : {0, 1, 7, 300'000, 262'143, 1, 262'144, 5}) {
    const std::string piece(size, static_cast<char>('a' + size % 26));
    file.write(piece);
    all += piece;
  }
  CHECK(!fs::exists(folder.path() / "new"));
  file.commit();
  CHECK(content(folder.path() / "new") == all);
  CHECK(folder.entries() == 2);
}

TEST_CASE("a file that is not committed changes nothing, and stays open for nobody") {
  const Folder folder;
  const int free = ::open((folder.path() / "model").c_str(), O_RDONLY | O_CLOEXEC);  // the least that is
  ::close(free);
  AtomicFile(folder.path() / "model").write("new");
  CHECK(content(folder.path() / "model") == "old");
  CHECK(folder.entries() == 1);
  const int again = ::open((folder.path() / "model").c_str(), O_RDONLY | O_CLOEXEC);
  ::close(again);
  CHECK(again == free);
}

TEST_CASE("where standard input is closed, its descriptor serves, and is given back") {
  const Folder folder;
  const test::ClosedStandardInput closed;
  write(folder.path() / "model", "new");
  CHECK(closed.is_free());
  CHECK(content(folder.path() / "model") == "new");
  AtomicFile(folder.path() / "model").write("newer");  // and not committed
  CHECK(closed.is_free());
}

TEST_CASE("a disk that is full leaves the old file, and says so") {
  const Folder folder;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    write(folder.path() / "model", std::string(1'000'000, 'x'));
  } catch (const FileError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(message == (folder.path() / "model").string() + ": expected a file that can be written, found File too large");
  CHECK(content(folder.path() / "model") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("only regular files are replaced") {
  // A rename would put a file in the place of /dev/null, if root asked for it.
  const Folder folder;
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  fs::create_directory(folder.path() / "taken");
  for (const char* name : {"pipe", "taken"}) {
    CHECK_THROWS_WITH_AS(write(folder.path() / name, "new"), doctest::Contains("not a regular file"), FileError);
  }
  CHECK(fs::is_fifo(folder.path() / "pipe"));
  CHECK_THROWS_WITH_AS(write(folder.path() / "missing" / "model", "new"), doctest::Contains("No such file"), FileError);
  CHECK(folder.entries() == 3);
}

TEST_CASE("neither a protected folder nor a protected file is written to") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: root may write everywhere");
    return;
  }
  const Folder folder;
  fs::permissions(folder.path() / "model", fs::perms::owner_read);
  CHECK_THROWS_WITH_AS(write(folder.path() / "model", "new"), doctest::Contains("Permission denied"), FileError);
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK_THROWS_WITH_AS(write(folder.path() / "other", "new"), doctest::Contains("Permission denied"), FileError);
  CHECK(content(folder.path() / "model") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("links and permissions stay as they are") {
  const Folder folder;
  fs::create_symlink("model", folder.path() / "link");
  fs::permissions(folder.path() / "model", fs::perms(0640));
  write(folder.path() / "link", "new");
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(content(folder.path() / "model") == "new");
  CHECK(fs::status(folder.path() / "model").permissions() == fs::perms(0640));
}

TEST_CASE("a name may be as long as the file system allows, and without a folder") {
  const Folder folder;
  const std::string longest(255, 'n');
  write(folder.path() / longest, "new");
  CHECK(content(folder.path() / longest) == "new");

  const auto before = fs::current_path();
  fs::current_path(folder.path());
  write("model", "new");
  fs::current_path(before);
  CHECK(content(folder.path() / "model") == "new");
}

TEST_CASE("several that write the same file at once do not mix") {
  const Folder folder;
  std::vector<std::thread> threads;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&, letter] {
      for (int round = 0; round < 5; ++round) write(folder.path() / "model", std::string(300'000, letter));
    });
  }
  for (auto& thread : threads) thread.join();
  const auto text = content(folder.path() / "model");
  CHECK(text == std::string(300'000, text.front()));
  CHECK(folder.entries() == 1);
}
