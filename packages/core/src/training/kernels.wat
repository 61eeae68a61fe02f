;; Inner loops that are not matrix products, of training and of comparing neighbours, as WebAssembly SIMD: the same bytes, and
;; so the same rounding, in Node and in every browser. `npm run kernels` turns this file into kernels.generated.ts.
;; All addresses are bytes and multiples of 16; all counts are elements and multiples of 4 (the buffers are padded).
(module
  (import "env" "memory" (memory 1))

  ;; One step of Adam over elements [from, to), in place (Kingma & Ba 2015, algorithm 1):
  ;;   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  p = p - rate m / (sqrt(v) correction + epsilon)
  ;; with rate = learningRate / (1 - beta1^t) and correction = 1 / sqrt(1 - beta2^t).
  (func (export "adam")
    (param $p i32) (param $m i32) (param $v i32) (param $g i32) (param $from i32) (param $to i32)
    (param $beta1 f32) (param $beta2 f32) (param $rate f32) (param $correction f32) (param $epsilon f32)
    (local $end i32) (local $mv v128) (local $vv v128) (local $gv v128)
    (local $b1 v128) (local $c1 v128) (local $b2 v128) (local $c2 v128)
    (local $r v128) (local $cor v128) (local $eps v128) (local $offset i32)
    (local.set $b1 (f32x4.splat (local.get $beta1)))
    (local.set $c1 (f32x4.splat (f32.sub (f32.const 1) (local.get $beta1))))
    (local.set $b2 (f32x4.splat (local.get $beta2)))
    (local.set $c2 (f32x4.splat (f32.sub (f32.const 1) (local.get $beta2))))
    (local.set $r (f32x4.splat (local.get $rate)))
    (local.set $cor (f32x4.splat (local.get $correction)))
    (local.set $eps (f32x4.splat (local.get $epsilon)))
    (local.set $offset (i32.shl (local.get $from) (i32.const 2)))
    (local.set $p (i32.add (local.get $p) (local.get $offset)))
    (local.set $m (i32.add (local.get $m) (local.get $offset)))
    (local.set $v (i32.add (local.get $v) (local.get $offset)))
    (local.set $g (i32.add (local.get $g) (local.get $offset)))
    (local.set $end (i32.add (local.get $p) (i32.shl (i32.sub (local.get $to) (local.get $from)) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $gv (v128.load (local.get $g)))
        (local.set $mv (f32x4.add (f32x4.mul (local.get $b1) (v128.load (local.get $m))) (f32x4.mul (local.get $c1) (local.get $gv))))
        (local.set $vv (f32x4.add (f32x4.mul (local.get $b2) (v128.load (local.get $v)))
          (f32x4.mul (local.get $c2) (f32x4.mul (local.get $gv) (local.get $gv)))))
        (v128.store (local.get $m) (local.get $mv))
        (v128.store (local.get $v) (local.get $vv))
        (v128.store (local.get $p) (f32x4.sub (v128.load (local.get $p))
          (f32x4.div (f32x4.mul (local.get $r) (local.get $mv))
            (f32x4.add (f32x4.mul (f32x4.sqrt (local.get $vv)) (local.get $cor)) (local.get $eps)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (br $next))))

  ;; An exponential moving average of `count` elements, in place: a = a + share (p - a).
  (func (export "average")
    (param $a i32) (param $p i32) (param $count i32) (param $share f32)
    (local $end i32) (local $s v128) (local $av v128)
    (local.set $s (f32x4.splat (local.get $share)))
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
        (local.set $av (v128.load (local.get $a)))
        (v128.store (local.get $a) (f32x4.add (local.get $av)
          (f32x4.mul (local.get $s) (f32x4.sub (v128.load (local.get $p)) (local.get $av)))))
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $next))))

  ;; Copies images of `size` bytes (a multiple of 4), chosen by `indices`, to float32 pixels byte / 255.
  (func (export "gather")
    (param $pixels i32) (param $indices i32) (param $count i32) (param $size i32) (param $out i32)
    (local $i i32) (local $src i32) (local $end i32) (local $scale v128)
    (local.set $scale (f32x4.splat (f32.const 255)))
    (block $done
      (loop $image
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (local.set $src (i32.add (local.get $pixels)
          (i32.mul (local.get $size) (i32.load (i32.add (local.get $indices) (i32.shl (local.get $i) (i32.const 2)))))))
        (local.set $end (i32.add (local.get $src) (local.get $size)))
        (block $row_done
          (loop $four
            (br_if $row_done (i32.ge_u (local.get $src) (local.get $end)))
            (v128.store (local.get $out)
              (f32x4.div
                (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $src)))))
                (local.get $scale)))
            (local.set $src (i32.add (local.get $src) (i32.const 4)))
            (local.set $out (i32.add (local.get $out) (i32.const 16)))
            (br $four)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $image))))

  ;; Squared distances of `count` images to one, less a number that is the same for all: squares - 2 products.
  ;; `products` are int32, the others float64; from here on counts are rounded up to a multiple of 4.
  (func (export "pixel_distances")
    (param $products i32) (param $squares i32) (param $out i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (v128.store (local.get $out) (f64x2.sub (v128.load (local.get $squares))
          (f64x2.mul (f64x2.splat (f64.const 2)) (f64x2.convert_low_i32x4_s (v128.load64_zero (local.get $products))))))
        (local.set $products (i32.add (local.get $products) (i32.const 8)))
        (local.set $squares (i32.add (local.get $squares) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br $next))))

  ;; Of one dimension of `count` codes, the squared difference to `from`: added to `out`, or its first value. Float64.
  (func (export "squared_differences")
    (param $column i32) (param $from f64) (param $out i32) (param $count i32) (param $is_first i32)
    (local $end i32) (local $f v128) (local $d v128)
    (local.set $f (f64x2.splat (local.get $from)))
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $d (f64x2.sub (v128.load (local.get $column)) (local.get $f)))
        (local.set $d (f64x2.mul (local.get $d) (local.get $d)))
        (if (i32.eqz (local.get $is_first))
          (then (local.set $d (f64x2.add (v128.load (local.get $out)) (local.get $d)))))
        (v128.store (local.get $out) (local.get $d))
        (local.set $column (i32.add (local.get $column) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br $next))))

  ;; Puts a distance among the `k` smallest, behind those that are equal.
  (func $insert (param $values i32) (param $indices i32) (param $k i32) (param $distance f64) (param $index i32)
    (local $at i32)
    (local.set $at (i32.sub (local.get $k) (i32.const 1)))
    (block $found
      (loop $down
        (br_if $found (i32.eqz (local.get $at)))
        (br_if $found (i32.eqz (f64.gt
          (f64.load (i32.sub (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 3))) (i32.const 8)))
          (local.get $distance))))
        (f64.store (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 3)))
          (f64.load (i32.sub (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 3))) (i32.const 8))))
        (i32.store (i32.add (local.get $indices) (i32.shl (local.get $at) (i32.const 2)))
          (i32.load (i32.sub (i32.add (local.get $indices) (i32.shl (local.get $at) (i32.const 2))) (i32.const 4))))
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (br $down)))
    (f64.store (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 3))) (local.get $distance))
    (i32.store (i32.add (local.get $indices) (i32.shl (local.get $at) (i32.const 2))) (local.get $index)))

  ;; The `k` smallest of `count` float64 distances and their indices, the smallest first, of equal ones the lower index.
  ;; `values` come infinite.
  (func (export "smallest")
    (param $distances i32) (param $count i32) (param $values i32) (param $indices i32) (param $k i32)
    (local $i i32) (local $last f64) (local $v v128)
    (local.set $last (f64.const inf))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (local.set $v (v128.load (i32.add (local.get $distances) (i32.shl (local.get $i) (i32.const 3)))))
        (if (v128.any_true (f64x2.lt (local.get $v) (f64x2.splat (local.get $last))))
          (then
            (if (f64.lt (f64x2.extract_lane 0 (local.get $v)) (local.get $last))
              (then
                (call $insert (local.get $values) (local.get $indices) (local.get $k)
                  (f64x2.extract_lane 0 (local.get $v)) (local.get $i))
                (local.set $last (f64.load (i32.add (local.get $values) (i32.shl (i32.sub (local.get $k) (i32.const 1)) (i32.const 3)))))))
            (if (f64.lt (f64x2.extract_lane 1 (local.get $v)) (local.get $last))
              (then
                (call $insert (local.get $values) (local.get $indices) (local.get $k)
                  (f64x2.extract_lane 1 (local.get $v)) (i32.add (local.get $i) (i32.const 1)))
                (local.set $last (f64.load (i32.add (local.get $values) (i32.shl (i32.sub (local.get $k) (i32.const 1)) (i32.const 3)))))))))
        (local.set $i (i32.add (local.get $i) (i32.const 2)))
        (br $next))))

  ;; How many of the float64 numbers between two addresses are below a limit, and how many equal it where `equal` is 1.
  ;; The addresses lie a multiple of 16 apart.
  (func $below (param $from i32) (param $to i32) (param $limit f64) (param $equal i32) (result i32)
    (local $l v128) (local $sum v128)
    (local.set $l (f64x2.splat (local.get $limit)))
    (block $done
      (if (local.get $equal)
        (then
          (loop $le
            (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
            (local.set $sum (i64x2.sub (local.get $sum) (f64x2.le (v128.load (local.get $from)) (local.get $l))))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (br $le)))
        (else
          (loop $lt
            (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
            (local.set $sum (i64x2.sub (local.get $sum) (f64x2.lt (v128.load (local.get $from)) (local.get $l))))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (br $lt)))))
    (i32.wrap_i64 (i64.add (i64x2.extract_lane 0 (local.get $sum)) (i64x2.extract_lane 1 (local.get $sum)))))

  ;; The ranks of `k` indices among `count` float64 distances, from 1; of equal distances the lower index comes first.
  (func (export "ranks")
    (param $distances i32) (param $count i32) (param $indices i32) (param $k i32) (param $ranks i32)
    (local $end i32) (local $at i32) (local $pair i32) (local $limit f64) (local $rank i32)
    (local.set $end (i32.add (local.get $distances) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $k)))
        (local.set $at (i32.add (local.get $distances) (i32.shl (i32.load (local.get $indices)) (i32.const 3))))
        (local.set $pair (i32.sub (local.get $at) (i32.and (i32.sub (local.get $at) (local.get $distances)) (i32.const 8))))
        (local.set $limit (f64.load (local.get $at)))
        (local.set $rank (i32.add (i32.const 1) (i32.add
          (call $below (local.get $distances) (local.get $pair) (local.get $limit) (i32.const 1))
          (call $below (i32.add (local.get $pair) (i32.const 16)) (local.get $end) (local.get $limit) (i32.const 0)))))
        ;; Beside it in its pair stands the number before it, or the one behind it.
        (if (i32.eq (local.get $pair) (local.get $at))
          (then (local.set $rank (i32.add (local.get $rank) (f64.lt (f64.load offset=8 (local.get $pair)) (local.get $limit)))))
          (else (local.set $rank (i32.add (local.get $rank) (f64.le (f64.load (local.get $pair)) (local.get $limit))))))
        (i32.store (local.get $ranks) (local.get $rank))
        (local.set $indices (i32.add (local.get $indices) (i32.const 4)))
        (local.set $ranks (i32.add (local.get $ranks) (i32.const 4)))
        (local.set $k (i32.sub (local.get $k) (i32.const 1)))
        (br $next))))
)
