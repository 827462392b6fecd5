package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"fmt"
	"math/big"
	"strconv"
)

// Uint128 is a number of 128 bits: Hi × 2⁶⁴ + Lo. Sums of bytes are exact, whatever they come to.
// JSON has it as a number.
type Uint128 struct {
	Hi, Lo uint64
}

func uint128Of(number C.te_u128) Uint128 {
	return Uint128{Hi: uint64(number.high), Lo: uint64(number.low)}
}

// Uint64 is the number, and whether it has room in 64 bits, as all below 18.4 exabytes do.
func (number Uint128) Uint64() (value uint64, fits bool) {
	return number.Lo, number.Hi == 0
}

// Big is the number as one of math/big.
func (number Uint128) Big() *big.Int {
	value := new(big.Int).SetUint64(number.Hi)
	return value.Lsh(value, 64).Or(value, new(big.Int).SetUint64(number.Lo))
}

// Cmp is -1 where the number is smaller than other, 1 where it is greater, and 0 where they are
// equal.
func (number Uint128) Cmp(other Uint128) int {
	switch {
	case number == other:
		return 0
	case number.Hi < other.Hi || number.Hi == other.Hi && number.Lo < other.Lo:
		return -1
	default:
		return 1
	}
}

// String is the number in decimal digits.
func (number Uint128) String() string {
	if number.Hi == 0 {
		return strconv.FormatUint(number.Lo, 10)
	}
	return number.Big().String()
}

// MarshalJSON is the number in decimal digits.
func (number Uint128) MarshalJSON() ([]byte, error) {
	return []byte(number.String()), nil
}

// UnmarshalJSON reads decimal digits.
func (number *Uint128) UnmarshalJSON(text []byte) error {
	return number.parse(string(text))
}

func (number *Uint128) parse(digits string) error {
	value, ok := new(big.Int).SetString(digits, 10)
	if !ok || value.Sign() < 0 || value.BitLen() > 128 {
		return fmt.Errorf("trafficengine: %q is no whole number of 128 bits", digits)
	}
	number.Lo = new(big.Int).And(value, new(big.Int).SetUint64(1<<64-1)).Uint64()
	number.Hi = value.Rsh(value, 64).Uint64()
	return nil
}
