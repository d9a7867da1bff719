"""Pictures of every kind that may come: written by Pillow, and PNG of all kinds by hand."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def noise(count, seed):
    """Bytes that libs/images/testing/noise.ts makes as well."""
    x = (np.arange(count, dtype=np.uint64) + seed * 7919) * 0x9E3779B1 % 2**32
    x ^= x >> 15
    x = x * 0x85EBCA6B % 2**32
    x ^= x >> 13
    return (x & 255).astype(np.uint8)


def noisy(width, height, seed):
    return noise(width * height * 3, seed).reshape(height, width, 3)


def soft(width, height):
    """A picture with slopes and edges, as a photograph has: JPEG and WebP make little of noise."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 90 * np.sin(x / 7 + c) + 37 * np.cos(y / (3 + c)) for c in range(3)]
    out = np.clip(np.stack(waves, -1), 0, 255).astype(np.uint8)
    out[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 60)
    return out


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(samples, depth):
    """Rows of samples [h, w * channels] -> filtered rows as bytes."""
    rows = []
    for row in samples:
        if depth == 16:
            body = row.astype(">u2").tobytes()
        elif depth == 8:
            body = row.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in row)
            bits += "0" * (-len(bits) % 8)
            body = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        rows.append(b"\0" + body)
    return b"".join(rows)


def png(width, height, kind, depth, seed=1, interlaced=False, before=b"", after=b"", colours=None):
    """A PNG of a colour type and bit depth; `before` and `after` are chunks around the pixels."""
    channels = CHANNELS[kind]
    values = noise(width * height * channels * 2, seed).view("<u2").astype(np.int64)
    values = values % (colours if colours else 2**depth)
    samples = values.reshape(height, width, channels)
    if interlaced:
        data = b"".join(
            packed(part.reshape(part.shape[0], -1), depth)
            for x, y, dx, dy in ADAM7
            if (part := samples[y::dy, x::dx]).size
        )
    else:
        data = packed(samples.reshape(height, -1), depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    palette = chunk(b"PLTE", noise(3 * colours, 77).tobytes()) if kind == 3 else b""
    return (
        SIGNATURE + chunk(b"IHDR", header) + palette + before
        + chunk(b"IDAT", zlib.compress(data, 9)) + after + chunk(b"IEND", b"")
    )


def tiff_orientation(value, order=">"):
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, value, 0)
    return mark + struct.pack(order + "IH", 8, 1) + entry + b"\0\0\0\0"


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def profile():
    """A profile whose colours are not sRGB's: whoever applies it gets other numbers."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def xmp(value):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="{value}"/></rdf:RDF></x:xmpmeta>'.encode()


def pngs():
    for depth in (1, 2, 4, 8, 16):
        yield f"grey-{depth}.png", png(21, 13, 0, depth)
    for depth in (1, 2, 4, 8):
        yield f"palette-{depth}.png", png(21, 13, 3, depth, colours=2**depth)
    for depth in (8, 16):
        yield f"rgb-{depth}.png", png(21, 13, 2, depth)
        yield f"grey-alpha-{depth}.png", png(21, 13, 4, depth)
        yield f"rgb-alpha-{depth}.png", png(21, 13, 6, depth)
        yield f"interlaced-{depth}.png", png(21, 13, 2, depth, interlaced=True)
    yield "interlaced-grey-2.png", png(21, 13, 0, 2, interlaced=True)
    yield "interlaced-palette-4.png", png(21, 13, 3, 4, interlaced=True, colours=13)
    yield "palette-transparent.png", png(21, 13, 3, 8, before=chunk(b"tRNS", bytes([0, 99, 255, 7])), colours=9)
    yield "grey-transparent.png", png(21, 13, 0, 8, before=chunk(b"tRNS", b"\0\x30"))
    yield "grey-16-transparent.png", png(21, 13, 0, 16, before=chunk(b"tRNS", b"\x30\x30"))
    yield "rgb-transparent.png", png(21, 13, 2, 8, before=chunk(b"tRNS", b"\0\x30\0\x30\0\x30"))
    yield "rgb-16-transparent.png", png(21, 13, 2, 16, before=chunk(b"tRNS", b"\0\x30\0\x30\0\x30"))
    yield "gamma.png", png(21, 13, 2, 8, before=chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "profile.png", saved(Image.fromarray(noisy(21, 13, 3)), "PNG", icc_profile=profile())
    yield "one.png", png(1, 1, 2, 8)
    yield "wide.png", png(997, 1, 2, 8)
    yield "tall.png", png(2, 611, 2, 8)
    for value in range(0, 10):
        yield f"exif-{value}.png", png(5, 3, 2, 8, before=chunk(b"eXIf", tiff_orientation(value)))
    yield "exif-behind.png", png(5, 3, 2, 8, after=chunk(b"eXIf", tiff_orientation(6, "<")))
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(6)
    yield "xmp-6.png", png(5, 3, 2, 8, before=chunk(b"iTXt", text))


def jpegs():
    image = Image.fromarray(soft(43, 29))
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"colour-{name}.jpg", saved(image, "JPEG", subsampling=sampling, quality=85)
    yield "quality-30.jpg", saved(image, "JPEG", quality=30)
    yield "progressive.jpg", saved(image, "JPEG", progressive=True, quality=85)
    yield "grey.jpg", saved(image.convert("L"), "JPEG")
    yield "rgb.jpg", saved(image, "JPEG", keep_rgb=True)
    yield "restarts.jpg", saved(image, "JPEG", restart_marker_rows=1)
    cmyk = Image.merge("CMYK", [Image.fromarray(soft(43, 29)[:, :, c]) for c in (0, 1, 2, 1)])
    adobe = saved(cmyk, "JPEG")
    yield "cmyk.jpg", adobe
    yield "cmyk-plain.jpg", without_segment(adobe, 0xEE)
    yield "profile.jpg", saved(image, "JPEG", icc_profile=profile())
    yield "one.jpg", saved(Image.fromarray(soft(1, 1)), "JPEG")
    yield "wide.jpg", saved(Image.fromarray(soft(601, 3)), "JPEG")
    for value in (1, 3, 5, 6, 8):
        order = "<>"[value % 2]
        yield f"exif-{value}.jpg", saved(image, "JPEG", exif=b"Exif\0\0" + tiff_orientation(value, order))
    yield "xmp-8.jpg", saved(image, "JPEG", xmp=xmp(8))


def webps():
    image = Image.fromarray(soft(43, 29))
    alpha = image.copy()
    alpha.putalpha(Image.fromarray(noise(43 * 29, 5).reshape(29, 43)))
    yield "lossy.webp", saved(image, "WEBP", quality=70)
    yield "lossless.webp", saved(image, "WEBP", lossless=True)
    yield "lossy-alpha.webp", saved(alpha, "WEBP", quality=70)
    yield "lossless-alpha.webp", saved(alpha, "WEBP", lossless=True, exact=True)
    yield "exif-6.webp", saved(image, "WEBP", lossless=True, exif=tiff_orientation(6))
    yield "xmp-6.webp", saved(image, "WEBP", lossless=True, xmp=xmp(6))
    yield "one.webp", saved(Image.fromarray(soft(1, 1)), "WEBP", lossless=True)


def without_segment(jpeg, marker):
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    end = at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return jpeg[:at] + jpeg[end:]
