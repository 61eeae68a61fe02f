import { mount } from 'svelte';
import App from './App.svelte';
import OfflineNote from './offline/OfflineNote.svelte';
import './app.css';

const target = document.getElementById('app');
if (target) mount(App, { target });
// The development server has no service worker.
if (import.meta.hot === undefined) mount(OfflineNote, { target: document.body });
