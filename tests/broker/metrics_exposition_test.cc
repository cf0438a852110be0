// The text that Prometheus reads, what a scraper asks for, and the page about it.
#include "tests/testing.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

#include "broker/metrics/exposition.h"
#include "broker/metrics/gzip_stream.h"
#include "broker/metrics/histogram.h"
#include "broker/metrics/negotiation.h"
#include "protocol/compression.h"

using namespace klamm;
using namespace klamm::broker::metrics;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string escaped(std::string_view value) {
  std::string out;
  append_label_value(value, out);
  return out;
}

std::string unzipped(const std::string& bytes) {
  protocol::Decompressor decompressor;
  decompressor.start(protocol::Codec::kGzip, as_bytes(bytes), 64 << 20);
  std::string text;
  for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next())
    text += as_text(piece);
  REQUIRE(decompressor.state() == protocol::Decompressor::State::kEnd);
  return text;
}

}  // namespace

TEST_CASE("a family is its help, its type, and its samples") {
  Exposition out(Format::kText);
  out.begin(Family::kBytesIn);
  out.add(12);
  out.add(Labels("topic", "orders").text(), 7);
  out.add_only(Family::kHandlerIdle, 0.25);
  out.end();
  REQUIRE(out.take() ==
          "# HELP kafka_server_brokertopicmetrics_bytesin_total Bytes of batches that producers brought, "
          "compressed as they came.\n"
          "# TYPE kafka_server_brokertopicmetrics_bytesin_total counter\n"
          "kafka_server_brokertopicmetrics_bytesin_total 12\n"
          "kafka_server_brokertopicmetrics_bytesin_total{topic=\"orders\"} 7\n"
          "# HELP kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent The idle share of the "
          "network loops, 0 to 1, since it was last asked for.\n"
          "# TYPE kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent gauge\n"
          "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 0.25\n");
  REQUIRE(out.size() == 0);
}

TEST_CASE("OpenMetrics names a counter without its suffix, and one without a suffix is unknown") {
  Exposition out(Format::kOpenMetrics);
  out.add_only(Family::kIsrShrinks, 1);
  out.add_only(Family::kIsrShrinksPerSec, 1);
  out.end();
  const std::string text = out.take();
  REQUIRE(text.find("# TYPE kafka_server_replicamanager_isrshrinks counter\n") != std::string::npos);
  REQUIRE(text.find("\nkafka_server_replicamanager_isrshrinks_total 1\n") != std::string::npos);
  REQUIRE(text.find("# TYPE kafka_server_replicamanager_isrshrinkspersec unknown\n") != std::string::npos);
  REQUIRE(text.ends_with("\n# EOF\n"));
}

TEST_CASE("a summary has quantiles, a sum and a count") {
  Exposition out(Format::kText);
  out.begin("s", Kind::kSummary, "h");
  out.add_quantile("request=\"Fetch\"", "0.99", 1.5);
  out.add_quantile({}, HistogramSummary::kQuantileNames[0], 2);
  out.add_sum("request=\"Fetch\"", 10);
  out.add_count({}, 4);
  REQUIRE(out.take() ==
          "# HELP s h\n# TYPE s summary\ns{request=\"Fetch\",quantile=\"0.99\"} 1.5\ns{quantile=\"0.50\"} 2\n"
          "s_sum{request=\"Fetch\"} 10\ns_count 4\n");
}

TEST_CASE("a partition's label stands behind those of its topic") {
  Exposition out(Format::kText);
  out.begin("p", Kind::kGauge, "h");
  out.add_of_partition("topic=\"t\"", 12, -1);
  REQUIRE(out.take().ends_with("\np{topic=\"t\",partition=\"12\"} -1\n"));
}

TEST_CASE("numbers that are none are written as Prometheus has them") {
  Exposition out(Format::kText);
  out.begin("n", Kind::kGauge, "h");
  out.add(std::numeric_limits<double>::quiet_NaN());
  out.add(std::numeric_limits<double>::infinity());
  out.add(-std::numeric_limits<double>::infinity());
  REQUIRE(out.take().ends_with("\nn NaN\nn +Inf\nn -Inf\n"));
}

TEST_CASE("labels are escaped, cut, and always UTF-8") {
  REQUIRE(escaped("a\"b\\c\nd") == "a\\\"b\\\\c\\nd");
  REQUIRE(escaped("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80") ==
          "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80");
  const std::string replaced = "\xEF\xBF\xBD";
  REQUIRE(escaped("x\xFFy") == "x" + replaced + "y");
  REQUIRE(escaped("\xC3") == replaced);
  REQUIRE(escaped("\xC0\x80") == replaced + replaced);
  REQUIRE(escaped("\xED\xA0\x80") == replaced + replaced + replaced);
  REQUIRE(escaped("\xF4\x90\x80\x80") == replaced + replaced + replaced + replaced);
  REQUIRE(escaped(std::string(2 * kLabelSizeMax, 'x')) == std::string(kLabelSizeMax, 'x'));
  // Not within a character.
  REQUIRE(escaped(std::string(kLabelSizeMax - 1, 'x') + "\xC3\xBC") == std::string(kLabelSizeMax - 1, 'x'));
}

TEST_CASE("the format is what a scraper prefers") {
  REQUIRE(format_for("") == Format::kText);
  REQUIRE(format_for("*/*") == Format::kText);
  REQUIRE(format_for("text/plain;version=0.0.4") == Format::kText);
  REQUIRE(format_for("application/openmetrics-text") == Format::kOpenMetrics);
  REQUIRE(format_for("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                     "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
                     "text/plain;version=0.0.4;q=0.3,*/*;q=0.2") == Format::kOpenMetrics);
  REQUIRE(format_for("application/openmetrics-text; version=0.0.1, text/plain; q=0.1") == Format::kText);
  REQUIRE(format_for("application/openmetrics-text;q=0.1, text/plain;q=0.9") == Format::kText);
  REQUIRE(format_for(";;,=,q=,application/openmetrics-text;q=x") == Format::kText);
}

TEST_CASE("who takes gzip is given it") {
  REQUIRE(takes_gzip("gzip"));
  REQUIRE(takes_gzip("deflate, GZIP;q=0.5"));
  REQUIRE_FALSE(takes_gzip(""));
  REQUIRE_FALSE(takes_gzip("gzip;q=0"));
  REQUIRE_FALSE(takes_gzip("identity"));
}

TEST_CASE("what is compressed in pieces is one gzip member of all of them") {
  GzipStream stream;
  std::string zipped, text;
  for (int i = 0; i < 300; ++i) {
    std::string piece;
    for (int line = 0; line < 100; ++line)
      piece += "kafka_log_log_size{topic=\"t\",partition=\"" + std::to_string(i * 100 + line) + "\"} 0\n";
    text += piece;
    stream.add(piece, zipped);
  }
  stream.finish(zipped);
  REQUIRE(zipped.size() < text.size() / 5);
  REQUIRE(unzipped(zipped) == text);
}

TEST_CASE("nothing at all is a gzip member, too") {
  GzipStream stream;
  std::string zipped;
  stream.add({}, zipped);
  stream.finish(zipped);
  REQUIRE(unzipped(zipped).empty());
}

TEST_CASE("families have names that Prometheus takes, each once") {
  std::set<std::string_view> names;
  for (const FamilyInfo& info : families()) {
    CAPTURE(info.name);
    REQUIRE(names.insert(info.name).second);
    REQUIRE(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
    REQUIRE(info.help.ends_with('.'));
    REQUIRE(info.help.find_first_of("\\\"\n|") == std::string_view::npos);
    if (info.name.ends_with("_total")) REQUIRE(info.kind == Kind::kCounter);
  }
}

// KLAMM_WRITE_DOCS=1 writes the page anew.
TEST_CASE("docs/metrics.md is what the table says") {
  const std::string path = KLAMM_SOURCE_DIR "/docs/metrics.md";
  if (std::getenv("KLAMM_WRITE_DOCS") != nullptr) std::ofstream(path) << metrics_page();
  REQUIRE(read(path) == metrics_page());
}
