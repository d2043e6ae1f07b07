"""The names, addresses and numbers that the invented people of the demo are made of.

E-mail addresses end in `.example`, which nobody can own (RFC 2606); telephone numbers come from the
series that the Swedish Post and Telecom Authority keeps free for books and films. Any likeness to
a real person is chance.
"""

from typing import Final

_FIRST = """
    Agnes Albin Alice Amanda Amir Anders Andreas Anita Anton Astrid Axel Barbro Birgitta Björn
    Carina Cecilia Christer Dagny Daniel David Ebba Edvin Elias Elisabet Ella Elsa Emelie Emil
    Eva Felicia Filip Frida Fredrik Gabriel Greta Gunilla Gustav Hanna Hannes Hassan Hedvig
    Helena Henrik Hugo Ida Inga Ingrid Isak Jakob Jasmin Jens Joakim Jonas Josefin Julia Kajsa
    Kerstin Kristina Leila Lena Leo Linnea Linus Lovisa Ludvig Magnus Malin Margareta Markus
    Martin Mats Melvin Mikael Milla Mona Nils Nora Olivia Olle Oscar Otto Patrik Pernilla Petra
    Rasmus Rebecka Robin Rolf Ronja Samir Sanna Sara Selma Signe Simon Sixten Siv Stefan Stina
    Susanne Sven Tage Theo Thomas Tilda Tove Tuva Ulf Ulla Vera Victor Viggo Vilhelm Wilma
    Yasmin Yngve Zainab Åke Åsa Örjan
"""
FIRST: Final = tuple(_FIRST.split())

_LAST = """
    Ahlberg Ahmadi Alm Andersson Arvidsson Axelsson Backlund Bengtsson Berglund Blom Boström
    Brandt Carlsson Dahlgren Danielsson Edlund Ekström Engström Eriksson Falk Forsberg Fransson
    Gren Gustafsson Hagström Hansson Hellström Hermansson Holmgren Hultman Håkansson Isaksson
    Ivarsson Jakobsson Jansson Johansson Jönsson Karlsson Kjellberg Kowalska Kvist Larsson
    Lindahl Lindgren Ljungberg Lundin Löfgren Malmberg Mattsson Mohammadi Mårtensson Nilsson
    Norberg Nordin Nyberg Olofsson Palm Persson Petrovic Rosén Rydberg Sandberg Sjöberg Skoog
    Strand Ström Sundin Svensson Söderberg Thulin Tran Törnqvist Uddin Viklund Wallin
    Westerlund Yilmaz Zetterlund Åberg Åström Öhman Östlund
"""
LAST: Final = tuple(_LAST.split())

STREETS: Final = (
    "Storgatan",
    "Kyrkogatan",
    "Björkvägen",
    "Skolgatan",
    "Ringvägen",
    "Parkgatan",
    "Järnvägsgatan",
    "Trädgårdsgatan",
    "Älvgatan",
    "Rönnvägen",
    "Sjövägen",
    "Hantverkargatan",
    "Granitvägen",
    "Syrenvägen",
    "Nygatan",
    "Klockarvägen",
)

TOWNS: Final = (
    ("114", "Stockholm"),
    ("118", "Stockholm"),
    ("168", "Bromma"),
    ("411", "Göteborg"),
    ("416", "Göteborg"),
    ("211", "Malmö"),
    ("222", "Lund"),
    ("252", "Helsingborg"),
    ("331", "Värnamo"),
    ("352", "Växjö"),
    ("392", "Kalmar"),
    ("553", "Jönköping"),
    ("582", "Linköping"),
    ("602", "Norrköping"),
    ("621", "Visby"),
    ("632", "Eskilstuna"),
    ("653", "Karlstad"),
    ("702", "Örebro"),
    ("722", "Västerås"),
    ("753", "Uppsala"),
    ("803", "Gävle"),
    ("852", "Sundsvall"),
    ("903", "Umeå"),
    ("972", "Luleå"),
)

MAIL: Final = ("postlada.example", "brevduvan.example", "hemmaposten.example", "snabbrev.example")

_PLAIN: Final = str.maketrans("åäöé", "aaoe")


def phone(number: int) -> str:
    """Give a telephone number of the series for fiction; there are 195 of them."""
    if number < 95:  # noqa: PLR2004 - 070-174 06 05 to 99
        return f"070-174 06 {number + 5:02}"
    return f"08-465 004 {number - 95:02}"


def email(name: str, number: int) -> str:
    """Give an e-mail address for a name."""
    local = ".".join(name.lower().translate(_PLAIN).split())
    return f"{local}@{MAIL[number % len(MAIL)]}"
