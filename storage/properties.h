// The syntax of Java's .properties files, exactly as java.util.Properties reads and writes it:
// `server.properties` and `meta.properties` are in it. docs/format-meta-properties.md has the rules on a
// page.
//
// Files are read as ISO-8859-1, as Kafka reads them (so that UTF-8 outside ASCII comes out garbled there as
// here, and \uXXXX is the way to write it). Keys and values are UTF-8 in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace klamm::storage {

struct Property {
  std::string key;
  std::string value;
  int line = 0;  // Where it begins, counted from 1; 0 for one that did not come from a file.
};

class Properties {
 public:
  // All of them in the order of the file, those that a later line replaces included.
  const std::vector<Property>& entries() const { return entries_; }
  // The last one of that name, which is the one that counts; null when there is none.
  const Property* find(std::string_view key) const;
  void add(Property property) { entries_.push_back(std::move(property)); }
  void add(std::string key, std::string value) { add({std::move(key), std::move(value), 0}); }

 private:
  std::vector<Property> entries_;
};

// The only text that is not well formed has a \u without four hexadecimal digits; the message says where.
// `source` is the file's name for it.
Result<Properties, Failure> parse_properties(ByteView text, std::string_view source);
// One `key=value` line each, escaped so that parse_properties (and Java) gives the same back: all ASCII.
std::string properties_text(const Properties& properties);

}  // namespace klamm::storage
