// The expectations are what X500Principal.getName() of Java 25 gives for the same names; for 20,000 more,
// made at random of these parts, the two agreed.
#include "security/distinguished_name.h"

#include <memory>

#include "security/openssl.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using NamePtr = std::unique_ptr<X509_NAME, OpensslFree<&X509_NAME_free>>;

// Names part by part, the first one first, as they stand in a certificate.
class Name {
 public:
  // `joined`: in one part with the attribute before.
  Name& add(const char* type, std::string_view value, int kind = V_ASN1_UTF8STRING, bool joined = false) {
    std::unique_ptr<ASN1_OBJECT, OpensslFree<&ASN1_OBJECT_free>> object(OBJ_txt2obj(type, 0));
    auto bytes = reinterpret_cast<const unsigned char*>(value.data());
    CHECK(X509_NAME_add_entry_by_OBJ(name_.get(), object.get(), kind, bytes, static_cast<int>(value.size()),
                                     -1, joined ? -1 : 0) == 1);
    return *this;
  }
  Name& join(const char* type, std::string_view value, int kind = V_ASN1_UTF8STRING) {
    return add(type, value, kind, true);
  }

  // Through DER, which puts the attributes of one part in its own order.
  std::string text() const {
    unsigned char* der = nullptr;
    const int size = i2d_X509_NAME(name_.get(), &der);
    CHECK(size > 0);
    const unsigned char* at = der;
    NamePtr read(d2i_X509_NAME(nullptr, &at, size));
    OPENSSL_free(der);
    CHECK(read != nullptr);
    return distinguished_name(read.get());
  }

 private:
  NamePtr name_{X509_NAME_new()};
};

std::string common_name(std::string_view value, int kind = V_ASN1_UTF8STRING) {
  return Name().add("CN", value, kind).text();
}

}  // namespace

TEST_CASE("the last part of a name comes first") {
  REQUIRE(Name()
              .add("C", "US", V_ASN1_PRINTABLESTRING)
              .add("O", "Org")
              .add("OU", "ServiceUsers")
              .add("CN", "Duke")
              .text() == "CN=Duke,OU=ServiceUsers,O=Org,C=US");
}

TEST_CASE("nine attributes have keywords") {
  Name name;
  name.add("C", "DE", V_ASN1_PRINTABLESTRING).add("ST", "Bayern").add("L", "Munich").add("street", "Main 1");
  name.add("O", "O").add("OU", "U").add("DC", "example", V_ASN1_IA5STRING).add("UID", "u1").add("CN", "c");
  REQUIRE(name.text() == "CN=c,UID=u1,DC=example,OU=U,O=O,STREET=Main 1,L=Munich,ST=Bayern,C=DE");
}

TEST_CASE("other attributes are their identifiers, and their values the hexadecimal DER") {
  Name name;
  name.add("serialNumber", "42", V_ASN1_PRINTABLESTRING).add("SN", "Müller").add("title", "Dr");
  name.add("emailAddress", "a@b.c", V_ASN1_IA5STRING).add("CN", "x");
  REQUIRE(name.text() ==
          "CN=x,1.2.840.113549.1.9.1=#16056140622e63,2.5.4.12=#0c024472,2.5.4.4=#0c074dc3bc6c6c6572,"
          "2.5.4.5=#13023432");
}

TEST_CASE("an identifier may have numbers of any size, a value more than 127 bytes") {
  REQUIRE(Name().add("2.999.1234567890123456789012345", "big").text() ==
          "2.999.1234567890123456789012345=#0c03626967");
  std::string digits;
  for (int i = 0; i < 130; ++i) digits += "79";
  REQUIRE(Name().add("1.3.6.1.4.1.99999.1", std::string(130, 'y')).text() ==
          "1.3.6.1.4.1.99999.1=#0c8182" + digits);
}

TEST_CASE("signs have a backslash before them, wherever they stand") {
  REQUIRE(common_name("a,b+c\"d\\e<f>g;h=i#j") == R"(CN=a\,b\+c\"d\\e\<f\>g\;h\=i\#j)");
  REQUIRE(common_name("#lead") == R"(CN=\#lead)");
  REQUIRE(common_name("a\\") == R"(CN=a\\)");
  REQUIRE(common_name("it's (a) b:c/d-e?") == "CN=it's (a) b:c/d-e?");
}

TEST_CASE("blanks and carriage returns have a backslash at either end, each of them") {
  REQUIRE(common_name("  two  in  ") == R"(CN=\ \ two  in\ \ )");
  REQUIRE(common_name("   ") == R"(CN=\ \ \ )");
  REQUIRE(common_name("\\ ") == R"(CN=\\\ )");
  REQUIRE(common_name("\r a \r") == "CN=\\\r\\ a\\ \\\r");
  REQUIRE(common_name("\n a \t") == "CN=\n a \t");
}

TEST_CASE("a zero byte cannot hide what is behind it") {
  REQUIRE(common_name(std::string_view("nul\0in", 6)) == R"(CN=nul\00in)");
}

TEST_CASE("an empty value is empty, and so is a name without parts") {
  REQUIRE(common_name("") == "CN=");
  REQUIRE(Name().text() == "");
}

TEST_CASE("letters of every script are kept as UTF-8") {
  REQUIRE(common_name("Müller, Jürgen") == R"(CN=Müller\, Jürgen)");
  REQUIRE(common_name("日本 🔑") == "CN=日本 🔑");
}

TEST_CASE("strings of other kinds are read as what they are") {
  REQUIRE(common_name(std::string_view("\0Z\0o\0\xeb", 6), V_ASN1_BMPSTRING) == "CN=Zoë");
  REQUIRE(common_name("M\xfcller", V_ASN1_T61STRING) == "CN=Müller");
  REQUIRE(common_name("a\xe9"
                      "b",
                      V_ASN1_IA5STRING) == "CN=aéb");
}

TEST_CASE("kinds that Java does not take for text are hexadecimal under a keyword too") {
  REQUIRE(common_name("12 34", V_ASN1_NUMERICSTRING) == "CN=#12053132203334");
  REQUIRE(common_name(std::string_view("\0\0\0A\0\0\0b", 8), V_ASN1_UNIVERSALSTRING) ==
          "CN=#1c080000004100000062");
}

TEST_CASE("attributes of one part are joined in the order of the certificate") {
  REQUIRE(Name().add("O", "o").add("CN", "first").join("UID", "second").text() == "CN=first+UID=second,O=o");
  REQUIRE(Name().add("UID", "one").join("CN", "two").join("OU", "three").add("CN", "last").text() ==
          "CN=last,CN=two+OU=three+UID=one");
  REQUIRE(Name().add("CN", "b").join("CN", "aa").join("emailAddress", "e@x", V_ASN1_IA5STRING).text() ==
          "CN=b+CN=aa+1.2.840.113549.1.9.1=#1603654078");
}
