#include "broker/metrics/gzip_stream.h"

#include <isa-l/igzip_lib.h>

#include "base/check.h"

namespace klamm::broker::metrics {
namespace {

constexpr size_t kStep = 64 << 10;

}  // namespace

GzipStream::GzipStream()
    : stream_(std::make_unique<isal_zstream>()),
      level_buffer_(std::make_unique<unsigned char[]>(ISAL_DEF_LVL1_DEFAULT)) {
  isal_deflate_init(stream_.get());
  stream_->level = 1;
  stream_->level_buf = level_buffer_.get();
  stream_->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
  stream_->gzip_flag = IGZIP_GZIP;
  stream_->flush = NO_FLUSH;
}

GzipStream::~GzipStream() = default;

void GzipStream::add(std::string_view piece, std::string& out) {
  if (!piece.empty()) run(piece, out);
}

void GzipStream::finish(std::string& out) {
  stream_->end_of_stream = 1;
  run({}, out);
}

// The library is to be called again for as long as it fills the room that it is given.
void GzipStream::run(std::string_view piece, std::string& out) {
  stream_->next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
  stream_->avail_in = static_cast<uint32_t>(piece.size());
  do {
    const size_t before = out.size();
    out.resize(before + kStep);
    stream_->next_out = reinterpret_cast<unsigned char*>(out.data() + before);
    stream_->avail_out = kStep;
    CHECK(isal_deflate(stream_.get()) == COMP_OK);
    out.resize(before + kStep - stream_->avail_out);
  } while (stream_->avail_out == 0);
  CHECK(stream_->avail_in == 0);
}

}  // namespace klamm::broker::metrics
