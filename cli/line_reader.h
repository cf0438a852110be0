// Lines of text to records, by the rules of kafka-console-producer's reader: a key, headers, a marker for
// null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/properties.h"
#include "cli/error.h"

namespace klamm::cli {

struct NewRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

class LineReader {
 public:
  // Of parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator,
  // ignore.error and null.marker.
  static Attempt<LineReader> make(const ClientProperties& properties);

  // A failure, kFailed, names the line by its number, from 1.
  Attempt<NewRecord> read(std::string_view line);

 private:
  LineReader() = default;

  // What stands before `mark` from `begin` on; nullopt where it is not there, and that is no error.
  Attempt<std::optional<std::string_view>> before(std::string_view line, size_t begin, std::string_view mark,
                                                  std::string_view name) const;
  Attempt<> add_headers(std::string_view text, NewRecord& record) const;
  std::optional<std::string> unless_null(std::string_view text) const;

  bool parses_key_ = false;
  bool parses_headers_ = false;
  bool ignores_errors_ = false;
  std::string key_separator_ = "\t";
  std::string headers_delimiter_ = "\t";
  std::string headers_separator_ = ",";
  std::string header_key_separator_ = ":";
  std::optional<std::string> null_marker_;
  int64_t line_number_ = 0;
};

}  // namespace klamm::cli
