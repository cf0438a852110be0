#include "cli/line_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text.h"

namespace klamm::cli {
namespace {

bool is_true(const ClientProperties& properties, std::string_view key) {
  return lower_case(trimmed(properties.text(key).value_or(""))) == "true";
}

}  // namespace

Attempt<LineReader> LineReader::make(const ClientProperties& properties) {
  LineReader reader;
  reader.parses_key_ = is_true(properties, "parse.key");
  reader.parses_headers_ = is_true(properties, "parse.headers");
  reader.ignores_errors_ = is_true(properties, "ignore.error");
  reader.null_marker_ = properties.text("null.marker");
  struct Mark {
    std::string_view key;
    std::string& value;
  };
  const Mark marks[] = {{"key.separator", reader.key_separator_},
                        {"headers.delimiter", reader.headers_delimiter_},
                        {"headers.separator", reader.headers_separator_},
                        {"headers.key.separator", reader.header_key_separator_}};
  for (const Mark& mark : marks) {
    if (const auto given = properties.text(mark.key)) mark.value = *given;
    // What cannot be found stands nowhere.
    if (mark.value.empty()) return wrong_argument(fmt::format("{} may not be empty", mark.key));
  }
  const auto same = [](std::string_view a, std::string_view b) {
    return wrong_argument(fmt::format("{} and {} may not be equal", a, b));
  };
  if (marks[1].value == marks[2].value) return same(marks[1].key, marks[2].key);
  if (marks[1].value == marks[3].value) return same(marks[1].key, marks[3].key);
  if (marks[2].value == marks[3].value) return same(marks[2].key, marks[3].key);
  for (const Mark& mark : marks) {
    if (reader.null_marker_ == mark.value) return same("null.marker", mark.key);
  }
  return reader;
}

std::optional<std::string> LineReader::unless_null(std::string_view text) const {
  if (null_marker_ && text == *null_marker_) return std::nullopt;
  return std::string(text);
}

Attempt<std::optional<std::string_view>> LineReader::before(std::string_view line, size_t begin,
                                                            std::string_view mark,
                                                            std::string_view name) const {
  using Found = std::optional<std::string_view>;
  const size_t at = line.find(mark, begin);
  if (at != line.npos) return Found(line.substr(begin, at - begin));
  if (ignores_errors_) return Found();
  return failed(fmt::format("No {} found on line number {}: '{}'", name, line_number_, line));
}

Attempt<NewRecord> LineReader::read(std::string_view line) {
  ++line_number_;
  NewRecord record;
  size_t begin = 0;
  if (parses_headers_) {
    auto headers = before(line, 0, headers_delimiter_, "headers delimiter");
    if (!headers) return Error{headers.error()};
    if (*headers) {
      begin = (*headers)->size() + headers_delimiter_.size();
      if (!(null_marker_ && **headers == *null_marker_)) {
        if (auto done = add_headers(**headers, record); !done) return Error{done.error()};
      }
    }
  }
  if (parses_key_) {
    auto key = before(line, begin, key_separator_, "key separator");
    if (!key) return Error{key.error()};
    if (*key) {
      begin += (*key)->size() + key_separator_.size();
      record.key = unless_null(**key);
    }
  }
  record.value = unless_null(line.substr(std::min(begin, line.size())));
  return record;
}

Attempt<> LineReader::add_headers(std::string_view text, NewRecord& record) const {
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(headers_separator_, begin), text.size());
    const std::string_view pair = text.substr(begin, end - begin);
    begin = end + headers_separator_.size();
    if (pair.empty() && end == text.size()) break;
    const size_t at = pair.find(header_key_separator_);
    if (at == pair.npos) {
      if (!ignores_errors_) {
        return failed(fmt::format("No header key separator found in pair '{}' on line number {}", pair,
                                  line_number_));
      }
      record.headers.emplace_back(pair, std::nullopt);
      continue;
    }
    const std::string_view key = pair.substr(0, at);
    if (null_marker_ && key == *null_marker_) {
      return failed(
          fmt::format("Header keys should not be equal to the null marker '{}' as they can't be null",
                      *null_marker_));
    }
    record.headers.emplace_back(key, unless_null(pair.substr(at + header_key_separator_.size())));
  }
  return {};
}

}  // namespace klamm::cli
