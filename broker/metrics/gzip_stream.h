// GzipStream: one gzip member, made of pieces as they come. By ISA-L at its first level: a scrape is
// compressed while it is made, at several hundred megabytes a second.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct isal_zstream;

namespace klamm::broker::metrics {

class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // Appends to `out` what there is to be sent by now, which may be nothing.
  void add(std::string_view piece, std::string& out);
  // Once, behind all pieces.
  void finish(std::string& out);

 private:
  void run(std::string_view piece, std::string& out);

  std::unique_ptr<isal_zstream> stream_;
  std::unique_ptr<unsigned char[]> level_buffer_;
};

}  // namespace klamm::broker::metrics
