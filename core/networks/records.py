"""The networks that are offered by name: in GIMP's menu, and wherever they are listed.

Further classifiers of torchvision need no record here; see `core.networks.catalogue`.
"""

from __future__ import annotations

import math

from core.language import _
from core.networks.record import HALF, NetworkRecord

BUILT_IN = "built-in"
TORCHVISION_LICENCE = _(
    "Published by torchvision under BSD-3-Clause; trained on ImageNet, whose terms may not allow"
    " every commercial use."
)

_PUBLISHED = "https://download.pytorch.org/models/"


def bytes_of(mebibytes: float) -> int:
    """At least so many bytes has a file whose size is published in mebibytes, to three decimals."""
    return math.ceil((mebibytes - 0.0005) * 2**20)


RECORDS: dict[str, NetworkRecord] = {
    record.name: record
    for record in (
        NetworkRecord(
            name=BUILT_IN,
            title=_("The built-in network"),
            licence=_("GPL-3.0-or-later, like the program."),
            layers="m4c",
            concept_layer="concepts",
            centre_layer="centres",
            minimum_side=32,
            size=3_035_976,
            also="m3a,m4a,m4b,m5a",
            mean=HALF,
            deviation=(0.25, 0.25, 0.25),
        ),
        NetworkRecord(
            name="googlenet",
            title="GoogLeNet",
            licence=TORCHVISION_LICENCE,
            layers="inception4c",
            concept_layer="fc",
            minimum_side=15,
            url=_PUBLISHED + "googlenet-1378be20.pth",
            sha256="1378be20",
            size=52_147_035,
            also="inception3b,inception4d",
            mean=HALF,
            deviation=HALF,
        ),
        NetworkRecord(
            name="inception_v3",
            title="Inception v3",
            licence=TORCHVISION_LICENCE,
            layers="Mixed_6a,Mixed_6c",
            concept_layer="fc",
            minimum_side=75,
            url=_PUBLISHED + "inception_v3_google-0cc3c7bd.pth",
            sha256="0cc3c7bd",
            size=108_949_747,
            also="Mixed_5d,Mixed_6e,Mixed_7c",
            mean=HALF,
            deviation=HALF,
        ),
        NetworkRecord(
            name="vgg16",
            title="VGG16",
            licence=TORCHVISION_LICENCE,
            layers="relu4_3",
            concept_layer="classifier",
            minimum_side=32,
            url=_PUBLISHED + "vgg16-397923af.pth",
            sha256="397923af",
            size=bytes_of(527.796),
            also="relu3_3,relu4_2,relu5_3",
        ),
        NetworkRecord(
            name="vgg19",
            title="VGG19",
            licence=TORCHVISION_LICENCE,
            layers="relu4_3",
            concept_layer="classifier",
            minimum_side=32,
            url=_PUBLISHED + "vgg19-dcbb9e9d.pth",
            sha256="dcbb9e9d",
            size=bytes_of(548.051),
            also="relu3_3,relu4_2,relu5_3",
        ),
        NetworkRecord(
            name="resnet50",
            title="ResNet50",
            licence=TORCHVISION_LICENCE,
            layers="layer3.5",
            concept_layer="fc",
            minimum_side=32,
            url=_PUBLISHED + "resnet50-0676ba61.pth",
            sha256="0676ba61",
            size=bytes_of(97.781),
        ),
        NetworkRecord(
            name="squeezenet1_1",
            title="SqueezeNet 1.1",
            licence=TORCHVISION_LICENCE,
            layers="features.10",
            concept_layer="classifier.1",
            minimum_side=17,
            url=_PUBLISHED + "squeezenet1_1-b8a52dc0.pth",
            sha256="b8a52dc0",
            size=bytes_of(4.729),
        ),
        NetworkRecord(
            name="alexnet",
            title="AlexNet",
            licence=TORCHVISION_LICENCE,
            layers="features.9",
            concept_layer="classifier",
            minimum_side=63,
            url=_PUBLISHED + "alexnet-owt-7be5be79.pth",
            sha256="7be5be79",
            size=bytes_of(233.087),
        ),
    )
}
