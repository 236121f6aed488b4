#pragma once

namespace fathom {

// Arithmetic of the matrix products.
enum class Arithmetic {
  kInt8,  // activations quantised to int8 in blocks of 32; what users run
  kFp32,  // weights dequantised, everything in fp32: the reference
};

}  // namespace fathom
