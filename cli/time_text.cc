#include "cli/time_text.h"

#include <chrono>
#include <string>

#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kMinuteMs = 60 * kSecondMs;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int64_t kDayMs = 24 * kHourMs;

// Reads a text from its front; what does not fit fails it for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool is_empty() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }
  void expect(char c) {
    if (!skip(c)) ok_ = false;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // As many digits as there are, up to `digits_max`; at least one.
  int64_t number(size_t digits_max) {
    int64_t value = 0;
    size_t digits = 0;
    while (digits < digits_max && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) ok_ = false;
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Milliseconds to be taken from the local time.
int64_t offset_ms(Reader& reader) {
  if (reader.is_empty() || reader.skip('Z')) return 0;
  int64_t sign = 1;
  if (reader.skip('-')) {
    sign = -1;
  } else {
    reader.expect('+');
  }
  const int64_t hours = reader.number(2);
  int64_t minutes = 0;
  if (!reader.is_empty()) {
    reader.skip(':');
    minutes = reader.number(2);
  }
  return sign * (hours * kHourMs + minutes * kMinuteMs);
}

}  // namespace

std::optional<int64_t> parse_datetime(std::string_view text) {
  Reader reader(text);
  const int64_t year = reader.number(4);
  reader.expect('-');
  const int64_t month = reader.number(2);
  reader.expect('-');
  const int64_t day = reader.number(2);
  reader.expect('T');
  const int64_t hour = reader.number(2);
  reader.expect(':');
  const int64_t minute = reader.number(2);
  reader.expect(':');
  const int64_t second = reader.number(2);
  reader.expect('.');
  const int64_t millis = reader.number(3);
  const int64_t offset = offset_ms(reader);
  if (!reader.ok() || !reader.is_empty()) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDayMs + hour * kHourMs + minute * kMinuteMs + second * kSecondMs + millis - offset;
}

std::optional<int64_t> parse_duration(std::string_view text) {
  const std::string upper = upper_case(text);
  Reader reader(upper);
  int64_t whole_sign = 1;
  if (reader.skip('-')) {
    whole_sign = -1;
  } else {
    reader.skip('+');
  }
  reader.expect('P');
  int64_t total = 0;
  bool is_time = false;
  bool has_part = false;
  while (reader.ok() && !reader.is_empty()) {
    if (!is_time && reader.skip('T')) {
      is_time = true;
      has_part = false;
      continue;
    }
    int64_t sign = 1;
    if (reader.skip('-')) {
      sign = -1;
    } else {
      reader.skip('+');
    }
    const int64_t value = reader.number(15);
    int64_t millis = 0;
    const bool has_fraction = reader.skip('.');
    if (has_fraction) {
      int64_t weight = 100;
      while (reader.front() >= '0' && reader.front() <= '9') {
        millis += reader.number(1) * weight;
        weight /= 10;
      }
    }
    int64_t unit = 0;
    if (!is_time && reader.skip('D')) unit = kDayMs;
    if (is_time && unit == 0 && reader.skip('H')) unit = kHourMs;
    if (is_time && unit == 0 && reader.skip('M')) unit = kMinuteMs;
    if (is_time && unit == 0 && reader.skip('S')) unit = kSecondMs;
    if (unit == 0 || (has_fraction && unit != kSecondMs)) return std::nullopt;
    int64_t part = 0;
    const bool is_over = __builtin_mul_overflow(value, unit, &part) ||
                         __builtin_add_overflow(part, millis, &part) ||
                         __builtin_add_overflow(total, sign * part, &total);
    if (is_over) return std::nullopt;
    has_part = true;
  }
  if (!reader.ok() || !has_part) return std::nullopt;
  return whole_sign * total;
}

}  // namespace klamm::cli
