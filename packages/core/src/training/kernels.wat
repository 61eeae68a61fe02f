;; The inner loops of training that are not matrix products, as WebAssembly SIMD: the same bytes, and so the same
;; rounding, in Node and in every browser. `npm run kernels` turns this file into kernels.generated.ts.
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
)
