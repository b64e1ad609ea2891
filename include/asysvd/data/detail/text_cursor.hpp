// SPDX-License-Identifier: MIT
/// \file
/// Goes through a text file record by record and field by field, and knows where it is.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/data/format.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What lies between the fields of a line.
struct Separator {
  char byte = ' ';
  bool doubled = false;  ///< two such bytes, not one
  bool runs = false;     ///< any number of spaces and tabs
  bool quotes = false;   ///< fields can be within double quotes
  bool lines = false;    ///< what is quoted can span lines

  explicit constexpr Separator(Format format) noexcept {
    switch (format) {
      case Format::double_colon:
        byte = ':';
        doubled = true;
        break;
      case Format::tsv:
        byte = '\t';
        quotes = true;
        break;
      case Format::semicolon:
        byte = ';';
        quotes = lines = true;
        break;
      case Format::pipe:
        byte = '|';
        break;
      case Format::csv:
        byte = ',';
        quotes = lines = true;
        break;
      case Format::space:
        runs = true;
        quotes = true;
        break;
      case Format::automatic:
      case Format::matrix_market:
        runs = true;
        break;
    }
  }
};

/// A place in a file: both from 1, the column in bytes and without a byte-order mark.
struct Place {
  Size line;
  Size column;
};

/// Reads fields one after the other. Lines that are blank, or whose first visible byte is `#` or `%`, are passed over,
/// and so is a byte-order mark. Lines end in LF or CR LF, the last one with or without. Spaces and tabs around a field
/// are no part of it. A field that may be quoted and begins with a quote ends at the next one; within it, two quotes or
/// a backslash and a quote stand for a quote. Between commas or semicolons it can span lines, and is an error if it
/// does not end; elsewhere, a quote that no other one closes, at the end of a field of that line, is a character.
///
/// The file must outlive the cursor.
class TextCursor {
 public:
  TextCursor(const MappedFile& file, Separator separator) : file_(file), separator_(separator) {
    std::string_view text = file.text();
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    at_ = line_begin_ = field_ = field_line_begin_ = text.data();
    end_ = stop_ = text.data() + text.size();
  }

  /// Goes to the first field of the next record; false if there is none before `stop()`.
  [[nodiscard]] bool next_record() noexcept {
    while (at_ < stop_) {
      const char* const first = skip_blanks(at_, true);
      const bool comment = *first == '#' || *first == '%';
      if (!comment && !ends_line(first)) [[likely]] {
        if (separator_.runs) at_ = first;
        return more_ = true;
      }
      if (first == end_) return false;
      const auto left = static_cast<std::size_t>(end_ - first);
      const void* const newline = std::memchr(first, '\n', left);
      if (newline == nullptr) return false;
      begin_line(static_cast<const char*>(newline) + 1);
    }
    return false;
  }

  /// Whether the record has another field.
  [[nodiscard]] bool more() const noexcept { return more_; }

  /// The next field, without the blanks and quotes around it. There must be one. Valid until the next call.
  [[nodiscard]] std::string_view field() {
    field_ = skip_blanks(at_, separator_.byte != '\t');
    field_line_ = line_;
    field_line_begin_ = line_begin_;
    return separator_.quotes && *field_ == '"' ? quoted_field() : plain_field();
  }

  /// Takes the next field if it is a whole number in its usual spelling; otherwise `field()` has to be called.
  [[nodiscard]] bool whole_number(std::int64_t& number) noexcept {
    const char* const end = scan_whole(at_, number);
    return end != nullptr && ends_field(end) && (leave_field(end), true);
  }

  /// Takes the next field if it is a short decimal number; otherwise `field()` has to be called.
  template <std::floating_point Scalar>
  [[nodiscard]] bool short_decimal(Scalar& number) noexcept {
    const char* const end = scan_decimal(at_, number);
    return end != nullptr && ends_field(end) && (leave_field(end), true);
  }

  /// Passes over the fields that are left and goes to the next line.
  void end_record() {
    while (more_) static_cast<void>(field());
    if (at_ == end_) return;
    const char* const newline = at_ + (*at_ == '\r');
    begin_line(newline == end_ ? newline : newline + 1);
  }

  /// Between records: where the next line begins, where no record begins any more, and where the text ends.
  [[nodiscard]] const char* at() const noexcept { return at_; }
  [[nodiscard]] const char* stop() const noexcept { return stop_; }
  [[nodiscard]] const char* end() const noexcept { return end_; }
  void stop_at(const char* line) noexcept { stop_ = line; }

  /// A cursor over the lines from `begin` to `end`, each the beginning of a line or the end of the text, as if they were
  /// all there is. Its lines count from 1.
  [[nodiscard]] TextCursor part(const char* begin, const char* end) const {
    TextCursor part(file_, separator_);
    part.at_ = part.line_begin_ = begin;
    part.stop_ = part.end_ = end;
    return part;
  }
  /// Passes over the records that a part read, which began where this cursor is.
  void pass(const TextCursor& part) noexcept {
    at_ = part.at_;
    line_begin_ = part.line_begin_;
    line_ += part.line_ - 1;
  }

  [[nodiscard]] const MappedFile& file() const noexcept { return file_; }

  /// Where the last field that `field()` gave begins, and where the next one would.
  [[nodiscard]] Place field_place() const noexcept { return {field_line_, field_ - field_line_begin_ + 1}; }
  [[nodiscard]] Place place() const noexcept { return {line_, at_ - line_begin_ + 1}; }

  /// Throws the error that the last field is not what was expected.
  [[noreturn]] void fail(std::string_view expected, std::string_view found) const {
    fail(field_place(), expected, visible(found));
  }
  [[noreturn, gnu::cold, gnu::noinline]] void fail(Place place, std::string_view expected,
                                                   std::string_view found) const {
    throw FileError(file_.path(), place.line, place.column, expected, found);
  }

 private:
  [[nodiscard]] static const char* skip_blanks(const char* p, bool tabs) noexcept {
    while (*p == ' ' || (tabs && *p == '\t')) ++p;
    return p;
  }

  [[nodiscard]] bool ends_line(const char* p) const noexcept {
    return *p == '\n' || (*p == '\r' && (p[1] == '\n' || p + 1 == end_)) || p == end_;
  }

  [[nodiscard]] bool at_separator(const char* p) const noexcept {
    if (separator_.runs) return *p == ' ' || *p == '\t';
    return *p == separator_.byte && (!separator_.doubled || p[1] == separator_.byte);
  }

  [[nodiscard]] bool ends_field(const char* p) const noexcept { return at_separator(p) || ends_line(p); }

  /// From where a field ends to where the next one begins, or to the end of the line.
  void leave_field(const char* end) noexcept {
    at_ = end;
    more_ = at_separator(end);
    if (!more_) return;
    if (separator_.runs) {
      at_ = skip_blanks(end, true);
      more_ = !ends_line(at_);
    } else {
      at_ += separator_.doubled ? 2 : 1;
    }
  }

  void begin_line(const char* begin) noexcept {
    at_ = line_begin_ = begin;
    ++line_;
  }

  [[nodiscard]] std::string_view plain_field() noexcept {
    const char* end = field_;
    while (!ends_field(end)) ++end;
    leave_field(end);
    return trimmed({field_, static_cast<std::size_t>(end - field_)});
  }

  [[nodiscard]] std::string_view quoted_field() {
    bool plain = true;
    const char* p = field_ + 1;
    for (;; ++p) {
      if (!separator_.lines && (p == end_ || *p == '\n')) return plain_field();
      if (p == end_) fail(field_place(), "a quote that ends the field", "the end of the file");
      if (*p == '\n') {
        ++line_;
        line_begin_ = p + 1;
      }
      if (*p != '"') continue;
      if (p[-1] != '\\' || ends_field(p + 1)) {
        if (p[1] != '"') break;
        ++p;
      }
      plain = false;
    }
    const std::string_view text(field_ + 1, static_cast<std::size_t>(p - field_ - 1));
    const char* const end = separator_.runs ? p + 1 : skip_blanks(p + 1, separator_.byte != '\t');
    if (!ends_field(end)) {
      if (!separator_.lines) return plain_field();
      const std::string_view rest(end, static_cast<std::size_t>(end_ - end));
      fail({line_, end - line_begin_ + 1}, "the end of the field after the quote that closes it",
           visible(rest.substr(0, rest.find_first_of("\r\n"))));
    }
    leave_field(end);
    return trimmed(plain ? text : unescape(text));
  }

  [[nodiscard]] std::string_view unescape(std::string_view text) {
    unescaped_.clear();
    for (std::size_t p = 0; p < text.size(); ++p) {
      if ((text[p] == '"' || text[p] == '\\') && p + 1 < text.size() && text[p + 1] == '"') ++p;
      unescaped_ += text[p];
    }
    return unescaped_;
  }

  [[nodiscard]] static std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
  }

  const MappedFile& file_;
  Separator separator_;
  const char* at_;   // where the next field begins
  const char* end_;  // of the text; a zero lies there, or the line after
  const char* stop_;
  const char* line_begin_;
  const char* field_;  // where the last field begins
  const char* field_line_begin_;
  Size line_ = 1;
  Size field_line_ = 1;
  bool more_ = true;
  std::string unescaped_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
