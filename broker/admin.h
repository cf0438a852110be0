// What is asked of a node over HTTP and what it answers: the seam between the server of that (net/admin_http)
// and those who know. Everything is called on the admin's own thread, one call after the other; what takes
// long is given in slices, between which others are answered.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace klamm::broker {

// Views are good during the call.
struct AdminRequest {
  std::string_view path;   // "/metrics"
  std::string_view query;  // behind the ?, as it came
  std::string_view accept;
  std::string_view accept_encoding;
};

// A body that is made while it is sent.
class AdminSlices {
 public:
  enum class Step {
    kMore,  // there is more; what was appended may be nothing
    kWait,  // somebody else has to do something first: ask again in a moment
    kEnd,
  };

  virtual ~AdminSlices() = default;
  // Appends the next slice, of some 64 KiB, to `out`.
  virtual Step next(std::string& out) = 0;
};

struct AdminAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string content_encoding{};  // "gzip", or nothing
  std::string body{};
  std::unique_ptr<AdminSlices> slices{};  // in place of `body`
  // The answer is not known yet: this is called again and again, until it gives one, and nothing else counts.
  std::function<std::unique_ptr<AdminAnswer>()> later{};
};

class AdminHandler {
 public:
  virtual ~AdminHandler() = default;
  virtual AdminAnswer answer(const AdminRequest& request) = 0;
};

}  // namespace klamm::broker
