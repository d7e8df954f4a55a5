"""Draws the five avatars anew, the same each time: `python config/personas/avatars/draw.py`."""

from collections.abc import Callable, Sequence
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = 256
FINER = 8  # drawn so many times larger, then shrunk, which makes edges smooth

Point = tuple[float, float]


class Canvas:
    """Flat shapes in coordinates from 0 to 256, whatever the size that is really drawn."""

    def __init__(self, background: str) -> None:
        self.image = Image.new("RGB", (SIZE * FINER, SIZE * FINER), background)
        self.pen = ImageDraw.Draw(self.image)

    def oval(self, centre: Point, radius: Point, fill: str) -> None:
        (x, y), (across, down) = centre, radius
        self.pen.ellipse([n * FINER for n in (x - across, y - down, x + across, y + down)], fill=fill)

    def disc(self, centre: Point, radius: float, fill: str) -> None:
        self.oval(centre, (radius, radius), fill)

    def ring(self, centre: Point, radius: float, width: float, colour: str) -> None:
        (x, y) = centre
        box = [n * FINER for n in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(box, outline=colour, width=round(width * FINER))

    def block(self, corner: Point, opposite: Point, round_by: float, fill: str) -> None:
        box = [n * FINER for n in (*corner, *opposite)]
        self.pen.rounded_rectangle(box, radius=round_by * FINER, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.pen.polygon([(x * FINER, y * FINER) for x, y in points], fill=fill)

    def slice(self, centre: Point, radius: Point, angles: Point, fill: str) -> None:
        (x, y), (across, down) = centre, radius
        box = [n * FINER for n in (x - across, y - down, x + across, y + down)]
        self.pen.chord(box, angles[0], angles[1], fill=fill)

    def curve(self, centre: Point, radius: Point, angles: Point, stroke: tuple[float, str]) -> None:
        """An arc with round ends."""
        (x, y), (across, down), (width, colour) = centre, radius, stroke
        steps = 120
        for step in range(steps + 1):
            angle = (angles[0] + (angles[1] - angles[0]) * step / steps) * pi / 180
            self.disc((x + across * cos(angle), y + down * sin(angle)), width / 2, colour)

    def line(self, start: Point, end: Point, stroke: tuple[float, str]) -> None:
        width, colour = stroke
        self.pen.line([n * FINER for n in (*start, *end)], fill=colour, width=round(width * FINER))
        self.disc(start, width / 2, colour)
        self.disc(end, width / 2, colour)

    def save(self, path: Path) -> None:
        small = self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        small.save(path, optimize=True)


def ada() -> Canvas:
    """A dark bob, a bun and large round glasses before an indigo sky with one bright idea."""
    skin, hair, ink = "#f6c9a4", "#3b1f3f", "#2b2150"
    canvas = Canvas("#5b5bd6")
    canvas.disc((128, 128), 112, "#7272ea")
    canvas.disc((128, 38), 26, hair)
    canvas.oval((128, 118), (72, 76), hair)
    canvas.block((56, 112), (200, 184), 26, hair)
    canvas.oval((128, 262), (92, 68), "#ffd166")
    canvas.block((110, 168), (146, 212), 18, "#e2ab82")
    canvas.shape([(104, 196), (152, 196), (128, 226)], "#fff6e0")
    canvas.oval((128, 134), (53, 58), skin)
    canvas.slice((128, 112), (56, 52), (180, 360), hair)
    canvas.shape([(72, 110), (184, 110), (184, 118), (120, 104), (72, 132)], hair)
    for x in (104, 152):
        canvas.disc((x, 138), 20, "#fff6e0")
        canvas.ring((x, 138), 23, 6, ink)
        canvas.disc((x, 138), 7, ink)
        canvas.disc((x + 2.5, 135), 2.4, "#ffffff")
    canvas.line((126, 136), (130, 136), (6, ink))
    canvas.curve((128, 164), (15, 10), (25, 155), (5, "#b4553f"))
    canvas.shape(_star((206, 54), 22, 7), "#ffd166")
    return canvas


def halvard() -> Canvas:
    """A white beard and a yellow cap in the night, with a beam of light behind."""
    skin, beard, ink = "#e9b08c", "#eef3f6", "#1b2c42"
    canvas = Canvas("#16314f")
    canvas.shape([(128, 120), (256, 24), (256, 150)], "#3a6288")
    canvas.shape([(128, 120), (0, 24), (0, 150)], "#3a6288")
    canvas.oval((128, 268), (106, 72), "#2f7f86")
    canvas.oval((128, 128), (58, 62), skin)
    canvas.oval((128, 170), (66, 62), beard)
    canvas.block((64, 100), (98, 176), 12, beard)
    canvas.block((158, 100), (192, 176), 12, beard)
    canvas.oval((128, 134), (47, 36), skin)
    canvas.oval((104, 160), (30, 15), beard)
    canvas.oval((152, 160), (30, 15), beard)
    canvas.disc((128, 166), 8, beard)
    canvas.oval((128, 150), (13, 11), "#d78f6d")
    canvas.curve((128, 172), (13, 7), (25, 155), (5, "#8d9aa5"))
    for x in (104, 152):
        canvas.curve((x, 141), (9, 7), (200, 340), (5, ink))
        canvas.curve((x, 127), (12, 5), (205, 335), (7, beard))
    canvas.slice((128, 98), (66, 66), (180, 360), "#f2b632")
    canvas.block((56, 82), (200, 112), 15, "#d9962a")
    for x in range(72, 200, 16):
        canvas.line((x, 90), (x, 104), (3, "#b97a1c"))
    canvas.disc((128, 30), 15, "#fdf3d7")
    return canvas


def bombazine() -> Canvas:
    """A violet hat with a plume and a golden mask, between crimson curtains."""
    skin, violet, gold, dark = "#8a5238", "#4a1d6b", "#f7c548", "#2a0f2e"
    canvas = Canvas("#b3123b")
    for x in range(0, 256, 48):
        canvas.block((x, -20), (x + 22, 276), 0, "#d01f4b")
    canvas.oval((128, 128), (84, 96), "#e8395f")
    canvas.oval((128, 150), (64, 66), dark)
    canvas.oval((128, 270), (92, 66), violet)
    canvas.block((111, 180), (145, 220), 17, "#74422c")
    for x in range(76, 200, 26):
        canvas.disc((x, 214), 17, "#fff1d6")
    canvas.oval((128, 146), (50, 56), skin)
    canvas.block((84, 116), (172, 142), 8, gold)
    for x in (104, 152):
        canvas.oval((x, 138), (29, 20), gold)
    for x in (104, 152):
        canvas.oval((x, 139), (14, 10), "#ffffff")
        canvas.disc((x, 139), 8, dark)
        canvas.disc((x + 2.5, 136), 2.4, "#ffffff")
    canvas.slice((128, 170), (22, 17), (0, 180), "#ffffff")
    canvas.curve((128, 170), (22, 17), (0, 180), (4, "#e8395f"))
    canvas.line((106, 170), (150, 170), (4, "#e8395f"))
    canvas.oval((128, 100), (98, 22), violet)
    canvas.block((76, 34), (180, 104), 18, violet)
    canvas.oval((128, 100), (52, 10), "#38124f")
    canvas.block((76, 78), (180, 98), 2, gold)
    for step in range(9):
        canvas.oval(_along_plume(step), (17 - step, 20 - step), "#37d0c0")
    for step in range(7):
        canvas.line(_along_plume(step), _along_plume(step + 1), (3, "#1d8f86"))
    return canvas


def odile() -> Canvas:
    """Silver hair drawn up tight, a pencil through it and one eyebrow raised, on calm green."""
    skin, silver, ink = "#f3d3bd", "#c9d1d6", "#24352f"
    canvas = Canvas("#2f7d5b")
    canvas.disc((128, 128), 112, "#3d966f")
    canvas.disc((128, 48), 34, silver)
    canvas.curve((128, 48), (20, 20), (150, 330), (4, "#a9b4ba"))
    canvas.line((70, 70), (186, 26), (11, "#f2a33a"))
    canvas.shape([(57, 75), (68, 64), (73, 75.5)], "#fbe3bd")
    canvas.line((183, 27), (189, 25), (11, "#e5677a"))
    canvas.oval((128, 128), (66, 70), silver)
    canvas.oval((128, 266), (94, 68), ink)
    canvas.block((111, 176), (145, 216), 17, "#dcb095")
    canvas.shape([(92, 204), (128, 240), (106, 250), (78, 214)], "#f4f1e8")
    canvas.shape([(164, 204), (128, 240), (150, 250), (178, 214)], "#f4f1e8")
    canvas.oval((128, 140), (52, 60), skin)
    canvas.slice((128, 112), (56, 42), (180, 360), silver)
    canvas.shape([(72, 111), (184, 111), (180, 124), (128, 100), (76, 124)], silver)
    for x in (106, 150):
        canvas.disc((x, 144), 7, ink)
        canvas.disc((x + 2.5, 141.5), 2.2, "#ffffff")
    canvas.curve((106, 132), (13, 5), (200, 340), (5, "#7d888f"))
    canvas.curve((150, 127), (14, 9), (200, 340), (5, "#7d888f"))
    canvas.curve((131, 166), (18, 9), (10, 130), (5, "#b0523f"))
    for x in (76, 180):
        canvas.disc((x, 162), 6, "#f2a33a")
    return canvas


def paloma() -> Canvas:
    """Black curls with a flower, big turquoise earrings and a wide smile, on orange."""
    skin, curls, ink = "#c98355", "#2a1a22", "#2a1a22"
    canvas = Canvas("#f4743b")
    canvas.disc((128, 128), 112, "#ff9350")
    ring = [(128 + 62 * cos(step * pi / 7), 116 + 60 * sin(step * pi / 7)) for step in range(14)]
    for centre in ring:
        canvas.disc(centre, 29, curls)
    canvas.oval((128, 116), (66, 64), curls)
    canvas.oval((128, 268), (94, 66), "#1d8a99")
    canvas.block((110, 172), (146, 216), 18, "#ae6c41")
    canvas.slice((128, 202), (34, 24), (0, 180), skin)
    canvas.oval((128, 138), (52, 57), skin)
    for x in (96, 122, 148, 166):
        canvas.disc((x, 92 + abs(x - 130) * 0.16), 19, curls)
    for x in (104, 152):
        canvas.curve((x, 140), (10, 9), (195, 345), (6, ink))
        canvas.disc((x - 6 if x < 128 else x + 6, 158), 9, "#dd8257")
    canvas.slice((128, 160), (22, 20), (0, 180), "#ffffff")
    canvas.slice((128, 166), (13, 13), (20, 160), "#e0475b")
    for x in (74, 182):
        canvas.ring((x, 178), 15, 6, "#5ee0d0")
    for step in range(5):
        angle = step * 2 * pi / 5 - pi / 2
        canvas.disc((186 + 16 * cos(angle), 76 + 16 * sin(angle)), 13, "#fff3e6")
    canvas.disc((186, 76), 10, "#ffd23f")
    return canvas


def _along_plume(step: int) -> Point:
    return 170 + step * 6, 82 - step * 8 + step * step * 0.55


def _star(centre: Point, outer: float, inner: float) -> list[Point]:
    radii = (outer, inner) * 4
    turns = [step * pi / 4 - pi / 2 for step in range(8)]
    return [(centre[0] + r * cos(a), centre[1] + r * sin(a)) for r, a in zip(radii, turns, strict=True)]


AVATARS: tuple[Callable[[], Canvas], ...] = (ada, halvard, bombazine, odile, paloma)


def draw_all(folder: Path) -> None:
    for avatar in AVATARS:
        avatar().save(folder / f"{avatar.__name__}.png")


if __name__ == "__main__":
    draw_all(Path(__file__).parent)
