// The key-value section of a GGUF file.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "model/gguf.h"
#include "model/gguf_cursor.h"

namespace fathom {

using GgufMetadata = std::map<std::string, GgufValue, std::less<>>;

// Reads `count` pairs. REQUIRES count was checked by GgufCursor::CheckCount
// Errors  kCorrupt: a key that is no printable ASCII or stands twice, an unknown value type, an
//         array of arrays, a bool that is neither 0 nor 1, anything too long or cut off.
Result<GgufMetadata> ReadGgufMetadata(GgufCursor* cursor, uint64_t count);

// "u32", "string", "array of f32", ... : the type a value has, for messages.
std::string GgufTypeName(const GgufValue& value);

// Name of a C++ type among GgufValue's and GgufArray's element types.
template <typename T>
const char* GgufTypeNameOf();

// Printable ASCII without blanks: what keys and tensor names are made of.
bool IsPlainName(std::string_view name);

}  // namespace fathom
