"""The means of signing that the demonstration's load has, which proves nothing: outside a demonstration it is none."""

from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from backend.contracts import queries, signing
from backend.contracts.access import HeldContract
from backend.contracts.codes import SigningMeans
from backend.contracts.policy import contract_policy
from backend.contracts.schemas import SignatureIn
