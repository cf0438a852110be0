#include "security/pbe.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs12err.h>
#include <openssl/provider.h>

#include <memory>

namespace klamm::security {
namespace {

template <class T, auto kFree>
using Owned = std::unique_ptr<T, OpensslFree<kFree>>;

// A library context with the legacy provider in it, so that the old ciphers are not switched on for the
// whole process.
class LegacyCiphers {
 public:
  LegacyCiphers() : context_(OSSL_LIB_CTX_new()) {
    if (context_ == nullptr) return;
    legacy_.reset(OSSL_PROVIDER_load(context_.get(), "legacy"));
    defaults_.reset(OSSL_PROVIDER_load(context_.get(), "default"));
  }
  bool are_there() const { return legacy_ != nullptr && defaults_ != nullptr; }
  OSSL_LIB_CTX* context() const { return context_.get(); }

 private:
  Owned<OSSL_LIB_CTX, &OSSL_LIB_CTX_free> context_;
  Owned<OSSL_PROVIDER, &OSSL_PROVIDER_unload> legacy_;
  Owned<OSSL_PROVIDER, &OSSL_PROVIDER_unload> defaults_;
};

using Pbes2Ptr = Owned<PBE2PARAM, &PBE2PARAM_free>;

template <class T>
T* parameters_of(const X509_ALGOR& algorithm, const ASN1_ITEM* item) {
  return static_cast<T*>(ASN1_TYPE_unpack_sequence(item, algorithm.parameter));
}

Pbes2Ptr pbes2_of(const X509_ALGOR& algorithm) {
  if (OBJ_obj2nid(algorithm.algorithm) != NID_pbes2) return nullptr;
  return Pbes2Ptr(parameters_of<PBE2PARAM>(algorithm, ASN1_ITEM_rptr(PBE2PARAM)));
}

// One step of scrypt's takes about as long as one HMAC; there are N * r * p.
int64_t scrypt_cost(const SCRYPT_PARAMS& parameters) {
  int64_t cost = 1;
  for (const ASN1_INTEGER* factor :
       {parameters.costParameter, parameters.blockSize, parameters.parallelizationParameter}) {
    const int64_t value = iterations_of(factor);
    if (value < 1 || __builtin_mul_overflow(cost, value, &cost)) return -1;
  }
  return cost;
}

int64_t derivation_cost(const X509_ALGOR& function) {
  switch (OBJ_obj2nid(function.algorithm)) {
    case NID_id_pbkdf2: {
      const Owned<PBKDF2PARAM, &PBKDF2PARAM_free> parameters(
          parameters_of<PBKDF2PARAM>(function, ASN1_ITEM_rptr(PBKDF2PARAM)));
      return parameters != nullptr ? iterations_of(parameters->iter) : 1;
    }
    case NID_id_scrypt: {
      const Owned<SCRYPT_PARAMS, &SCRYPT_PARAMS_free> parameters(
          parameters_of<SCRYPT_PARAMS>(function, ASN1_ITEM_rptr(SCRYPT_PARAMS)));
      return parameters != nullptr ? scrypt_cost(*parameters) : 1;
    }
    default:
      return 1;
  }
}

// In iterations. What has no readable parameters costs nothing: OpenSSL cannot read them either.
int64_t cost_of(const X509_ALGOR& algorithm) {
  if (OBJ_obj2nid(algorithm.algorithm) == NID_pbes2) {
    const Pbes2Ptr parameters = pbes2_of(algorithm);
    return parameters != nullptr ? derivation_cost(*parameters->keyfunc) : 1;
  }
  const Owned<PBEPARAM, &PBEPARAM_free> parameters(
      parameters_of<PBEPARAM>(algorithm, ASN1_ITEM_rptr(PBEPARAM)));
  return parameters != nullptr ? iterations_of(parameters->iter) : 1;
}

bool is_legacy_cipher(int nid) {
  switch (nid) {
    case NID_des_cbc:
    case NID_rc2_cbc:
    case NID_rc2_64_cbc:
    case NID_rc2_40_cbc:
    case NID_rc4:
      return true;
    default:
      return false;
  }
}

bool is_legacy(const X509_ALGOR& algorithm) {
  switch (OBJ_obj2nid(algorithm.algorithm)) {
    case NID_pbe_WithSHA1And128BitRC4:
    case NID_pbe_WithSHA1And40BitRC4:
    case NID_pbe_WithSHA1And128BitRC2_CBC:
    case NID_pbe_WithSHA1And40BitRC2_CBC:
    case NID_pbeWithMD2AndDES_CBC:
    case NID_pbeWithMD5AndDES_CBC:
    case NID_pbeWithSHA1AndDES_CBC:
    case NID_pbeWithMD2AndRC2_CBC:
    case NID_pbeWithMD5AndRC2_CBC:
    case NID_pbeWithSHA1AndRC2_CBC:
      return true;
    default: {
      const Pbes2Ptr parameters = pbes2_of(algorithm);
      return parameters != nullptr && is_legacy_cipher(OBJ_obj2nid(parameters->encryption->algorithm));
    }
  }
}

std::string name_of(const X509_ALGOR& algorithm) {
  char name[80] = {};
  OBJ_obj2txt(name, sizeof name, algorithm.algorithm, 0);
  return quoted(name);
}

}  // namespace

Error<StoreError> too_many_iterations() {
  return malformed("deriving keys from its password would take more than " +
                   std::to_string(kPbeIterationsMax) +
                   " iterations, or a number of them that is none; 10000 is usual: write it again with "
                   "keytool or openssl");
}

int64_t iterations_of(const ASN1_INTEGER* number) {
  int64_t value = 0;
  if (number == nullptr || ASN1_INTEGER_get_int64(&value, number) != 1 || value < 1) return -1;
  return value;
}

Result<SecretBytes, StoreError> decrypt(const X509_ALGOR& algorithm, const ASN1_OCTET_STRING& content,
                                        const std::optional<std::string>& password, PbeBudget& budget,
                                        const std::string& what) {
  if (!budget.spend(cost_of(algorithm))) return too_many_iterations();
  std::optional<LegacyCiphers> legacy;
  if (is_legacy(algorithm) && !legacy.emplace().are_there()) {
    return malformed(what + " is encrypted with " + name_of(algorithm) +
                     ", for which OpenSSL needs its legacy provider (legacy.so), and that is not installed: "
                     "install it, or encrypt with AES (keytool of Java 17, openssl pkcs12 -export without "
                     "-legacy, openssl pkcs8 -topk8 -v2 aes256)");
  }
  ERR_clear_error();
  unsigned char* plain = nullptr;
  int plain_size = 0;
  const bool good =
      PKCS12_pbe_crypt_ex(&algorithm, password ? password->data() : nullptr,
                          password ? static_cast<int>(password->size()) : 0, ASN1_STRING_get0_data(&content),
                          ASN1_STRING_length(&content), &plain, &plain_size, 0,
                          legacy ? legacy->context() : nullptr, nullptr) != nullptr;
  if (good) {
    SecretBytes bytes(ByteView(plain, static_cast<size_t>(plain_size)));
    OPENSSL_clear_free(plain, static_cast<size_t>(plain_size));
    return bytes;
  }
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) == ERR_LIB_PKCS12 && ERR_GET_REASON(last) == PKCS12_R_PKCS12_CIPHERFINAL_ERROR) {
    return wrong_password(password ? "the password does not decrypt " + what
                                   : what + " is encrypted, and no password is given");
  }
  return malformed(what + " is encrypted with " + name_of(algorithm) + ", which cannot be read (" +
                   take_openssl_errors() + ")");
}

Result<KeyPtr, StoreError> decrypt_key(const X509_SIG& envelope, const std::optional<std::string>& password,
                                       PbeBudget& budget, const std::string& what) {
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_get0(&envelope, &algorithm, &content);
  auto plain = decrypt(*algorithm, *content, password, budget, what);
  if (!plain) return Error{std::move(plain).error()};
  KeyPtr key = decode_key(*plain);
  // One wrong password in 256 leaves good padding.
  if (key == nullptr) {
    return wrong_password("the password does not decrypt " + what +
                          ", or what it holds is no key that is known");
  }
  return key;
}

}  // namespace klamm::security
