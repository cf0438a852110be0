// JSON, written piece by piece in the order in which it stands there, without blanks; commas come by
// themselves. For what tools print, and for records as Kafka's dump tool shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::protocol {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(int64_t value);
  JsonWriter& real(double value);  // as Java prints a double
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& base64(ByteView bytes);  // a text
  JsonWriter& numbers(const std::vector<int32_t>& values);
  // What is JSON already.
  JsonWriter& raw(std::string_view json);

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, int64_t value) { return key(name).number(value); }

  const std::string& str() const { return out_; }

 private:
  void before_value();

  std::string out_;
  bool needs_comma_ = false;
};

// The text in quotes, with JSON's escapes. What is not UTF-8, becomes U+FFFD as in Java.
std::string json_text(std::string_view text);
// Double.toString of Java: "0.5", "1024.0", "1.0E10".
std::string java_double_text(double value);

}  // namespace klamm::protocol
