// Where tools write, and what they read.
#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "tests/cli/temp_folder.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

TEST_CASE("lines of a descriptor end in both ways, and the last needs no end") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  FdSource source(ends[0]);
  REQUIRE_FALSE(source.wait(0));
  FdSink sink(ends[1], FdSink::Flush::kEachLine);
  sink.write("one\r\ntwo\n\n");
  sink.write("last");
  REQUIRE(source.wait(0));
  REQUIRE(source.line() == "one");
  REQUIRE(source.line() == "two");
  REQUIRE(source.line() == "");
  sink.flush();
  ::close(ends[1]);
  REQUIRE(source.line() == "last");
  REQUIRE_FALSE(source.line().has_value());
  ::close(ends[0]);
}

TEST_CASE("a line longer than a read is one line") {
  const TempFolder folder;
  const std::string line(200'000, 'x');
  const int fd = ::open(folder.write("lines", line + "\nrest").c_str(), O_RDONLY);
  FdSource source(fd);
  REQUIRE(source.line() == line);
  REQUIRE(source.line() == "rest");
  REQUIRE_FALSE(source.line().has_value());
  ::close(fd);
}

TEST_CASE("colours are there only where they are shown") {
  TextSink out;
  TextSink err;
  Console console(out, err);
  REQUIRE(console.coloured(Colour::kRed, "x") == "x");
  console.set_colours(true);
  REQUIRE(console.coloured(Colour::kRed, "x") == "\033[31mx\033[0m");
  REQUIRE(console.coloured(Colour::kNone, "x") == "x");
}

TEST_CASE("a line that counts stands on a terminal alone, and gives way to what is written next") {
  TextSink out;
  TextSink err;
  Console console(out, err);
  console.progress("groups", 1, 2, 0);
  REQUIRE(err.text() == "");
  console.set_progress(true);
  console.progress("groups", 1, 2, 1000);
  // Too soon after it.
  console.progress("groups", 1, 2, 1100);
  REQUIRE(err.text() == "\r\033[Kgroups [############............] 1/2");
  console.line("{}", "a group");
  REQUIRE(err.text().ends_with("1/2\r\033[K"));
  REQUIRE(out.text() == "a group\n");
}

}  // namespace
}  // namespace klamm::cli
