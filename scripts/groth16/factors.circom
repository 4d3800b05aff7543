// SPDX-License-Identifier: Apache-2.0
pragma circom 2.1.0;

// x has n bits.
template Bits(n) {
    signal input x;
    signal bit[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        bit[i] <-- (x >> i) & 1;
        bit[i] * (bit[i] - 1) === 0;
        sum += bit[i] * (1 << i);
    }
    sum === x;
}

// Knowledge of two factors of the public product, neither of them 1, each of at most n bits and a little.
template Factors(n) {
    signal input p;
    signal input q;
    signal output product;
    component first = Bits(n);
    component second = Bits(n);
    first.x <== p - 2;
    second.x <== q - 2;
    product <== p * q;
}

component main = Factors(24);
