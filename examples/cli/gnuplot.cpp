// SPDX-License-Identifier: MIT
#include "gnuplot.hpp"

#include <asysvd/data/detail/utf8.hpp>

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace cli {

namespace {

/// A file without a name, which goes when it is closed.
using Scratch = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

Scratch scratch() {
  Scratch file(std::tmpfile());
  if (!file) throw std::system_error(errno, std::generic_category(), "a temporary file");
  return file;
}

std::string content(std::FILE* file) {
  std::string all;
  char block[1 << 16];
  std::rewind(file);
  while (const auto count = std::fread(block, 1, sizeof block, file)) all.append(block, count);
  return all;
}

/// Runs gnuplot on a script, without the settings that its user keeps. Returns what it prints.
std::string run(const std::string& script) {
  const auto in = scratch(), out = scratch(), complaints = scratch();
  if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() || std::fflush(in.get()) != 0) {
    throw std::system_error(errno, std::generic_category(), "a temporary file");
  }
  std::rewind(in.get());

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ::fileno(in.get()), 0);
  posix_spawn_file_actions_adddup2(&files, ::fileno(out.get()), 1);
  posix_spawn_file_actions_adddup2(&files, ::fileno(complaints.get()), 2);
  std::string name = "gnuplot", settings = "--default-settings";
  char* const words[] = {name.data(), settings.data(), nullptr};
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, words[0], &files, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    throw std::runtime_error("plots are drawn by gnuplot, which can't be run: " +
                             std::generic_category().message(error));
  }
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "gnuplot");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    auto why = content(complaints.get());
    std::ranges::replace(why, '\n', ' ');
    throw std::runtime_error("gnuplot failed: " + why);
  }
  return content(out.get());
}

}  // namespace

Gnuplot::Gnuplot(double width, double height) {
  run("");  // so that it is known to be there before anything is computed
  line("set encoding utf8");
  line("set terminal svg noenhanced size " + asysvd::detail::to_text(width) + ',' + asysvd::detail::to_text(height) +
       " font 'sans-serif,13' background '#ffffff'");
  line("set grid lc rgb '#dddddd'");
}

std::string Gnuplot::draw() const {
  return run(script_);
}

std::string Gnuplot::quoted(std::string_view text) {
  auto utf8 = asysvd::detail::to_utf8(text);
  for (const std::string_view none : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {  // U+FFFE and U+FFFF, which XML may not hold
    for (std::size_t at = 0; (at = utf8.find(none, at)) != utf8.npos;) utf8.replace(at, none.size(), " ");
  }
  // All but letters goes in octal. gnuplot substitutes commands and macros within double quotes as well, ends a string
  // in single quotes that begins with one too early, and takes a digit behind a number for a part of it.
  std::string all = "\"";
  for (const char character : utf8) {
    const auto byte = static_cast<unsigned char>(character);
    const bool plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (plain) {
      all += character;
    } else if (byte < 0x20 || byte == 0x7f) {
      all += ' ';
    } else {
      all += '\\';
      for (const int shift : {6, 3, 0}) all += static_cast<char>('0' + (byte >> shift & 7));
    }
  }
  return all + '"';
}

}  // namespace cli
